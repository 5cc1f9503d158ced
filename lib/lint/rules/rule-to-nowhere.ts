/*
 * Rewrite rules that lead to a host name that no channel has, so that all their mail is rejected:
 *   must.example   $U%$D@MUST-DEAMON    no channel has that host name
 *   old.example    $U@new.example       the form A@B ends rewriting
 * An error text (`$?`) in the template says that the rejection is intended.
 * Ref: PMDF 2.2.5, 2.2.6
 */
import type { Policy } from '../../policy/index.js';
import { type OutputItem, type RewriteRule, type RulePattern, rulesOf } from '../../rewrite/index.js';
import { nearest } from '../../text/index.js';
import { addProcessChannel, isProcessHost } from '../process-channel.js';
import type { Finding, WrittenRule } from '../rule.js';
import { type Trial, trialsOf } from '../rule-trials.js';

/** Whether an item gives the same text for every host that the pattern takes. */
function isFixed(item: OutputItem, { kind }: RulePattern): boolean {
  switch (item.kind) {
    case 'text':
    case 'case':
      return true;
    case 'domain':
      return kind === 'host' || kind === 'suffix' || kind === 'stars';
    case 'host':
    case 'literal':
    case 'label':
      return kind === 'host';
    default:
      return false;
  }
}

/** The host of the last part and its first item; null when the host is not known or not the same for every trial. */
function routingSystem(
  pattern: RulePattern,
  trials: readonly Trial[],
): { host: string; item: OutputItem } | null {
  const [first, ...others] = trials.flatMap((trial) => ('parts' in trial ? [trial.parts] : []));
  const last = first?.at(-1);
  const [item] = last?.items ?? [];
  if (first === undefined || first.length < 2 || last === undefined || item === undefined) return null;
  const { text } = last;
  if (text === null || !last.items.every((one) => isFixed(one, pattern))) return null;
  return others.every((parts) => parts.at(-1)?.text === text) ? { host: text, item } : null;
}

function hintFor(host: string, form: string, { channels }: Policy): string {
  if (isProcessHost(host)) return addProcessChannel;
  const names = [...channels.hosts.values()].map(({ channel }) => channel.officialHostName);
  const meant = nearest(host, new Set(names));
  if (meant !== undefined) return `did you mean \`${meant}\`?`;
  return form === 'A@B'
    ? `a template of the form \`A@B\` ends rewriting: write \`$U%${host}\`, or name a channel, as in \`$U%${host}@TCP-DAEMON\``
    : 'write the official host name of a channel, the second line of its block';
}

function findingFor(rule: RewriteRule, policy: Policy): Finding[] {
  const { items, form } = rule.template;
  const mark = items.findLast((item) => item.kind === 'separator')?.mark;
  if (mark !== '@' || items.some((item) => item.kind === 'error-text')) return [];
  const system = routingSystem(rule.pattern, trialsOf(rule));
  if (system === null || policy.hosts.find(system.host) !== undefined) return [];
  const message = `mail for \`${rule.pattern.text}\` is rejected because of this rewrite rule: no channel has the host name \`${system.host}\``;
  return [{ span: system.item.span, message, hint: hintFor(system.host, form, policy) }];
}

export const ruleToNowhere = {
  code: 'lint/rule-to-nowhere',
  about:
    'A rewrite rule leads to a host name that no channel has, so the mail it takes is rejected. Correct the name, or, if the rejection is intended, add an error text (`$?`) to the template.',
  check: ({ compiled, policy }) => rulesOf(compiled.rules).flatMap((rule) => findingFor(rule, policy)),
} as const satisfies WrittenRule;
