/*
 * Shape of `rules`: rewrite rules as lines of pmdf.cnf.
 *   - 'pattern template'
 *   - { pattern: ..., template: ... }
 * Includes and comments of pmdf.cnf have no place here.
 */
import type { LogicalLine } from '../../text/index.js';
import { knownEntries, sequenceOf } from './collection-shapes.js';
import { LineBuilder } from './line-builder.js';
import { writtenText } from './scalar-shapes.js';
import { below, itemOf, noKeys, type Setting, type Shape, wrongType } from './shape.js';
import type { YamlMapping, YamlNode, YamlScalar } from './yaml-node.js';

const wanted = 'a rule such as `pattern template`';

function canStart(scalar: YamlScalar, setting: Setting): boolean {
  const first = scalar.text[0];
  if (first !== '!' && first !== '<' && first !== ' ' && first !== '\t') return true;
  const hints = new Map([
    ['!', 'a comment of YAML begins with `#`'],
    ['<', 'files are included by pmdf.cnf only'],
  ]);
  const hint = hints.get(first) ?? 'remove the blanks in front';
  const what = first === '!' || first === '<' ? `\`${first}\`` : 'a blank';
  setting.findings.error(scalar.span, 'settings/rule', `a rule cannot begin with ${what}`, hint);
  return false;
}

function pairLine(node: YamlMapping, setting: Setting): LogicalLine | undefined {
  const entries = knownEntries(node, setting, ['pattern', 'template']);
  const [pattern, template] = ['pattern', 'template'].map((key) => {
    const entry = entries.get(key);
    if (entry === undefined) {
      return setting.findings.error(
        node.span,
        'settings/missing-key',
        `\`${setting.path}\` has no \`${key}\``,
      );
    }
    return writtenText(entry.value, below(setting, key, entry.keySpan), 'text');
  });
  if (pattern === undefined || template === undefined || !canStart(pattern, setting)) return undefined;
  if (/[ \t]/.test(pattern.text)) {
    const message = 'the pattern of a rule must be one word';
    return setting.findings.error(pattern.span, 'settings/word', message);
  }
  const line = new LineBuilder(pattern.span.source);
  return line.addScalar(pattern).addBlank().addScalar(template).line();
}

function ruleLine(node: YamlNode, setting: Setting): LogicalLine | undefined {
  switch (node.kind) {
    case 'mapping':
      return pairLine(node, setting);
    case 'sequence':
      return wrongType(node, setting, wanted);
    case 'scalar': {
      const scalar = writtenText(node, setting, wanted);
      if (scalar === undefined || !canStart(scalar, setting)) return undefined;
      return new LineBuilder(scalar.span.source).addScalar(scalar).line();
    }
  }
}

/** Rewrite rules, in their order. */
export const ruleLines: Shape<readonly LogicalLine[]> = {
  keys: new Map([
    ['pattern', noKeys],
    ['template', noKeys],
  ]),
  read: (node, setting) => {
    const lines = sequenceOf(node, setting, 'a list of rules')?.items.flatMap(
      (item, index) => ruleLine(item, itemOf(setting, index)) ?? [],
    );
    return lines === undefined ? undefined : Object.freeze(lines);
  },
};
