/*
 * `rules`: rewrite rules as lines of pmdf.cnf. There are no includes and comments of pmdf.cnf.
 *   - 'pattern template'
 *   - { pattern: ..., template: ... }
 */
import type { LogicalLine } from '../../text/index.js';
import { listOf } from '../shapes/collections.js';
import { record, required } from '../shapes/record.js';
import { written, writtenWord } from '../shapes/scalars.js';
import { either, type Field, mapped, type Shape } from '../shapes/shape.js';
import type { YamlScalar } from '../yaml/yaml-node.js';
import { joinedLine } from './line-builder.js';

const wanted = 'a rule such as `pattern template`';
const noRuleStart = '(?![!< \\t])';

function canStart(scalar: YamlScalar, { findings }: Field): boolean {
  const first = scalar.text.charAt(0);
  const hints = new Map([
    ['!', 'a comment in YAML begins with `#`'],
    ['<', 'only pmdf.cnf can include files'],
    [' ', 'remove the blanks at the start'],
    ['\t', 'remove the tabs at the start'],
  ]);
  const hint = hints.get(first);
  if (hint === undefined) return true;
  const what = first.trim() === '' ? 'a blank' : `\`${first}\``;
  findings.error(scalar.span, 'settings/rule', `a rule cannot begin with ${what}`, hint);
  return false;
}

const rule: Shape<LogicalLine> = either(
  {
    scalar: mapped(written(wanted, noRuleStart), (scalar, _node, field) =>
      canStart(scalar, field) ? joinedLine([scalar]) : undefined,
    ),
    mapping: mapped(
      record({
        pattern: required(
          writtenWord('the pattern of a rule', noRuleStart),
          'The pattern, one word such as `.domain.com`.',
        ),
        template: required(written('text'), 'The template, such as `$U%$H$D@TCP-INTERNAL`.'),
      }),
      ({ pattern, template }, _node, field) =>
        canStart(pattern, field) ? joinedLine([pattern, template]) : undefined,
    ),
  },
  wanted,
);

/** Rewrite rules, in their order. */
export const ruleLines: Shape<readonly LogicalLine[]> = listOf(rule, 'a list of rules');
