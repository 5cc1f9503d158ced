/*
 * `pmdf show rules`: the rules in the order in which they are tried; for a host, what is tried for it.
 */

import {
  eachProbe,
  printPattern as printRulePattern,
  printTemplate as printRuleTemplate,
  type RewriteRule,
  rulesInOrder,
  rulesOf,
  type SearchStep,
  searchSteps,
} from '../../lib/rewrite/index.js';
import { placeOf } from '../../lib/text/index.js';
import type { Configuration } from '../../runtime/index.js';
import {
  brief,
  indent,
  type Paint,
  printColumns,
  quoted,
  UnknownName,
  UsageError,
  withGaps,
} from '../support/index.js';
import type { Part, Shown } from './part.js';

function ruleRow({ pattern, template, span }: RewriteRule): [string, string, string] {
  return [brief(placeOf(span)), brief(printRulePattern(pattern)), brief(printRuleTemplate(template))];
}

function ruleJson({ pattern, template, span }: RewriteRule): object {
  return { pattern: printRulePattern(pattern), template: printRuleTemplate(template), place: placeOf(span) };
}

function stepRow(step: SearchStep): [string, string, string] {
  switch (step.kind) {
    case 'rule':
      return ruleRow(step.rule);
    case 'domain-database':
      return ['domain database', brief(step.key), 'the rule found there'];
    case 'channel-table':
      return ['channel table', '', `a host of the channel ${brief(step.channel)}`];
  }
}

function stepJson(step: SearchStep): object {
  switch (step.kind) {
    case 'rule':
      return { kind: step.kind, ...ruleJson(step.rule) };
    case 'domain-database':
    case 'channel-table':
      return step;
  }
}

function table(rows: readonly (readonly string[])[], paint: Paint): string[] {
  return printColumns(rows, [paint.dim, paint.bold]);
}

/** Whether a name is a pattern; no host looks like one. */
function isPattern(name: string): boolean {
  return name === '.' || [...eachProbe(name)].length === 1;
}

/** The rules with exactly this pattern, or what is tried for a host. */
function named(configuration: Configuration, rules: readonly RewriteRule[], name: string): Shown {
  if (name.includes('@')) {
    throw new UsageError(`${quoted(name)} is an address`, 'give its host only, or use `pmdf test rewrite`');
  }
  if (isPattern(name)) {
    const same = rules.filter(
      ({ pattern }) => printRulePattern(pattern).toLowerCase() === name.toLowerCase(),
    );
    if (same.length === 0) throw new UnknownName(`there is no rule with the pattern ${quoted(name)}`);
    return {
      json: { pattern: name, rules: same.map(ruleJson) },
      text: (paint) => [quoted(name), ...indent(table(same.map(ruleRow), paint))],
    };
  }
  const { hosts } = configuration.policy;
  const asksDatabase = configuration.databases.has('domain');
  const steps = searchSteps(rules, hosts, asksDatabase, name);
  return {
    json: { host: name, steps: steps.map(stepJson) },
    text: (paint) => [
      quoted(name),
      ...(steps.length === 0 ? ['  nothing is tried: the host is used as it is'] : []),
      ...indent(table(steps.map(stepRow), paint)),
    ],
  };
}

/** The rewrite rules. */
export const rulesPart: Part = {
  name: 'rules',
  key: 'rules',
  title: 'rules, in the order in which they are tried',
  show: (configuration, names) => {
    const rules = rulesInOrder(rulesOf(configuration.compiled.rules));
    if (names.length === 0) {
      return { json: rules.map(ruleJson), text: (paint) => table(rules.map(ruleRow), paint) };
    }
    const shown = names.map((name) => named(configuration, rules, name));
    return {
      json: shown.map((one) => one.json),
      text: (paint) => withGaps(shown.map((one) => one.text(paint))),
    };
  },
};
