/*
 * Rewrite rules whose template fails for every host that the pattern takes, so that they never apply:
 *   must.example   $U%$H@MUST-DAEMON    the pattern takes the whole host, so `$H` is empty
 *   []             ${INSIDE,$L}...      no entry of the table sets `$Y`
 * Ref: PMDF 2.2.5, 2.2.6
 */
import { tableKey, tablesOf } from '../../mapping/index.js';
import type { CompiledPolicy } from '../../policy/index.js';
import { type OutputItem, type RewriteRule, type RulePattern, rulesOf } from '../../rewrite/index.js';
import type { Span } from '../../text/index.js';
import type { WrittenRule } from '../rule.js';
import { innerItems, outputOf, trialsOf } from '../rule-trials.js';

function textOf({ source, offset, length }: Span): string {
  return source.text.slice(offset, offset + length);
}

function reasonFor(item: OutputItem, pattern: RulePattern): { why: string; hint: string } {
  const name = `\`${textOf(item.span)}\``;
  if (item.kind === 'mapping') {
    return {
      why: `no entry of the table \`${item.table}\` sets the flag \`$Y\``,
      hint: 'add `$Y` to the templates of the entries for which the rule is to apply',
    };
  }
  if (item.kind === 'label') {
    return {
      why: `${name} is empty, since no host that the pattern takes has so many labels`,
      hint: 'labels are counted from 0',
    };
  }
  if (item.kind === 'host' && item.drop === 0) {
    const isLiteral = pattern.kind === 'any-literal' || pattern.kind === 'literal-prefix';
    const whole = isLiteral ? `\`${pattern.text.slice(0, -1)}$L]\`` : '`$D`';
    return {
      why: `${name} is empty, since \`${pattern.text}\` takes the whole host`,
      hint: `write ${whole} for the host itself`,
    };
  }
  if (item.kind === 'literal') {
    return {
      why: `${name} is empty, since \`${pattern.text}\` leaves nothing of an address literal`,
      hint: 'write `$D`',
    };
  }
  return { why: `${name} is empty`, hint: 'write the host, or `$D` for the part that the pattern takes' };
}

/** The tables of which no entry sets `$Y` or calls another table that may. */
function tablesWithoutYes({ mappings }: CompiledPolicy): ReadonlySet<string> {
  const silent = tablesOf(mappings).filter(({ entries }) =>
    entries.every(({ template }) =>
      template.every((item) => item.kind !== 'sub-table' && !(item.kind === 'flag' && item.flag === 'Y')),
    ),
  );
  return new Set(silent.map(({ name }) => tableKey(name)));
}

/** The call of a table that never lets the rule apply. */
function failingCall(output: readonly OutputItem[], silent: ReadonlySet<string>): OutputItem | undefined {
  for (const item of output) {
    if (item.kind === 'mapping' && silent.has(tableKey(item.table))) return item;
    const inner = failingCall(innerItems(item), silent);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function failingItem(rule: RewriteRule, silent: ReadonlySet<string>): OutputItem | undefined {
  const call = failingCall(outputOf(rule), silent);
  if (call !== undefined) return call;
  const trials = trialsOf(rule);
  const failed = trials.flatMap((trial) => ('failed' in trial ? [trial.failed] : []));
  return failed.length === trials.length ? failed[0] : undefined;
}

export const ruleAlwaysFails = {
  code: 'lint/rule-always-fails',
  about:
    'A substitution in the template of a rewrite rule is empty for every host that the pattern takes, so the rule is skipped every time. Correct the template as the hint shows.',
  check({ compiled }) {
    const silent = tablesWithoutYes(compiled);
    return rulesOf(compiled.rules).flatMap((rule) => {
      const item = failingItem(rule, silent);
      if (item === undefined) return [];
      const { why, hint } = reasonFor(item, rule.pattern);
      return [{ span: item.span, message: `this rewrite rule never applies: ${why}`, hint }];
    });
  },
} as const satisfies WrittenRule;
