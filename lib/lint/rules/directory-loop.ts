/*
 * Entries of directory databases that lead in a circle. Only those count whose values lead to the channel again: a rule with
 * `$N` may send them elsewhere on the second pass.
 * Ref: PMDF 3.2.5
 */
import { foldDomain } from '../../address/index.js';
import { hasKeyword } from '../../channel/index.js';
import { addressOfValue } from '../../directory/index.js';
import type { Lookup } from '../../engine/index.js';
import { channelNamed, rewriteEnvelope } from '../../policy/index.js';
import { type DirectoryEntryText, mostListed } from '../directory-entries.js';
import type { Finding, RequestRule } from '../rule.js';
import type { LintSubject } from '../subject.js';

/** Finds the mailboxes from which a walk along the values comes back to where it was. */
function circular(entries: Iterable<DirectoryEntryText>): DirectoryEntryText[] {
  const next = new Map<string, { readonly entry: DirectoryEntryText; readonly to: string }>();
  for (const entry of entries) {
    const address = addressOfValue(entry.value);
    if (address === null || address.domain === null) continue;
    const from = `${entry.key.toLowerCase()}@${entry.domain}`;
    const to = `${address.localPart.toLowerCase()}@${foldDomain(address.domain)}`;
    if (!next.has(from)) next.set(from, { entry, to });
  }
  const found: DirectoryEntryText[] = [];
  const done = new Set<string>();
  for (const start of next.keys()) {
    const path = new Set<string>();
    let at = start;
    while (!done.has(at) && !path.has(at) && next.has(at)) {
      path.add(at);
      at = next.get(at)?.to ?? '';
    }
    const entry = next.get(at)?.entry;
    if (path.has(at) && entry !== undefined) found.push(entry);
    for (const one of path) done.add(one);
  }
  return found;
}

/** Whether what is found at a domain leads to the channel again. */
function* leadsBack(subject: LintSubject, { channel, domain, keySpan }: DirectoryEntryText): Lookup<boolean> {
  const { policy } = subject;
  const isInline = hasKeyword(channelNamed(policy, channel), 'inline');
  const sourceChannel = isInline ? policy.settings.listeners.default : channel;
  const which = { direction: 'forward', sourceChannel } as const;
  const asked = yield* subject.ask('whether a directory loops', keySpan, (environment) =>
    rewriteEnvelope(policy, `mailbox@${domain}`, which, environment),
  );
  return asked?.answer.kind === 'routed' && asked.answer.channel.name === channel;
}

export const directoryLoop = {
  code: 'lint/directory-loop',
  about:
    'Entries of a directory database lead in a circle: the address that is found leads to the directory channel again, and so on, and mail is refused with 550 5.4.6. Correct one of the values; for an address at the pseudo domain itself, a rule with `$N` and the name of the channel sends it elsewhere on the second pass.',
  *check(subject): Lookup<readonly Finding[]> {
    const findings: Finding[] = [];
    for (const entry of circular(subject.directoryEntries())) {
      if (findings.length === mostListed) break;
      if (!(yield* leadsBack(subject, entry))) continue;
      findings.push({
        span: entry.valueSpan,
        message: `mail for \`${entry.key}@${entry.domain}\` goes in a circle: \`${entry.value}\` leads to the channel \`${entry.channel}\` again`,
        hint: 'write the address of a mailbox',
      });
    }
    return findings;
  },
} as const satisfies RequestRule;
