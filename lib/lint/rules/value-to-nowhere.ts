/*
 * Values of the general database whose template ends in a host name that no channel has. Mail for the key is rejected.
 * Ref: PMDF 2.2.5
 */
import { nearest } from '../../text/index.js';
import { type DatabaseEntry, generalHoldsTemplates, lastHostOf, partOfValue } from '../database-entries.js';
import { isProcessHost, processHost } from '../process-channel.js';
import type { Finding, WrittenRule } from '../rule.js';

function hintFor({ value }: DatabaseEntry, host: string, known: readonly string[]): string {
  const meant = nearest(host, known);
  if (meant !== undefined) return `did you mean \`${meant}\`?`;
  const at = value.lastIndexOf('@');
  const user = value.slice(0, at);
  if (/[%@]/.test(user)) return 'write the official host name of a channel, the second line of its block';
  const address = `${user}%${value.slice(at + 1)}`;
  return `in the form \`A@B\` the host names a channel: write \`${address}\`, or, through the process channel, \`${address}@${processHost}\``;
}

export const valueToNowhere = {
  code: 'lint/value-to-nowhere',
  about:
    'A value of the general database leads to a host name that no channel has, so mail for its key is rejected. Values are templates of rewrite rules: an address is written `jdoe%other.com`, not `jdoe@other.com`. There is one finding for each host.',
  check({ compiled, policy, databaseEntries }) {
    if (!generalHoldsTemplates(compiled)) return [];
    const known = [...policy.channels.channels.values()].map(({ officialHostName }) => officialHostName);
    const reported = new Set<string>();
    const findings: Finding[] = [];
    for (const entry of databaseEntries()) {
      const last = entry.database === 'general' ? lastHostOf(entry.value) : null;
      if (last === null || policy.hosts.find(last.host) !== undefined) continue;
      const { host, offset } = last;
      if (isProcessHost(host) || reported.has(host.toLowerCase())) continue;
      reported.add(host.toLowerCase());
      findings.push({
        span: partOfValue(entry, offset, host.length),
        message: `mail for \`${entry.key}\` is rejected: no channel has the host name \`${host}\``,
        hint: hintFor(entry, host, known),
      });
    }
    return findings;
  },
} as const satisfies WrittenRule;
