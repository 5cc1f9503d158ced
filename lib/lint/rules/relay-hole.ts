/*
 * What the relay audit and the proof of relaying found: one finding for each channel on which strangers can relay, with the first
 * address that got out, the entry that let it through, and how to close the hole; where the audit found none, one for each way
 * of the proof that the site does not allow.
 */
import {
  channelNamed,
  isForStrangersOnly,
  isReprocessing,
  listenerChannels,
  type Policy,
} from '../../policy/index.js';
import {
  type ChannelAudit,
  type ChannelProof,
  leakText,
  plainSender,
  type RelayLeak,
  wayText,
} from '../../proof/index.js';
import { placeOf, type RelatedPlace, type Span } from '../../text/index.js';
import type { Finding, RequestRule } from '../rule.js';
import type { LintSubject } from '../subject.js';

function cure(
  policy: Policy,
  { submission }: ChannelAudit,
  { source, channel, isDirect, reached, from, conditions, entry }: RelayLeak,
): string {
  const isForStrangers = isForStrangersOnly(policy, source);
  if (submission !== null && !isForStrangers) {
    return `give \`${source}\` the keyword \`mustsaslserver\`, so that clients have to authenticate`;
  }
  if (!isForStrangers && !listenerChannels(policy).includes(channelNamed(policy, source))) {
    return `every stranger can get there by STARTTLS: give \`${source}\` the keyword \`switchchannel\``;
  }
  if (isDirect && reached !== null && isReprocessing(reached)) {
    return `change the rewrite rule that leads outside hosts to \`${reached}\`, which sends mail on to any host`;
  }
  const hasConditions = from !== plainSender || conditions.length > 0;
  if (isDirect && entry !== null && hasConditions) {
    return 'it tests only what any client can claim: remove it, or give the intended clients a channel of their own, with a rewrite rule for their addresses';
  }
  if (isDirect) {
    return `put the entry \`${source}|*|${channel}|*   $NRelaying$ not$ permitted\` at the top of ORIG_SEND_ACCESS`;
  }
  return policy.settings.builtInSourceRoutes === 'strict'
    ? `reject such addresses in ORIG_SEND_ACCESS, before they reach \`${channel}\``
    : 'set `built_in_source_routes: strict`';
}

function hint(policy: Policy, audit: ChannelAudit, leak: RelayLeak): string {
  if (leak.shadowed !== null) {
    return `\`${leak.shadowed}\` would reject it, but its table is in shadow: remove the table from \`shadow\``;
  }
  const by = leak.entry === null ? 'no entry rejects it' : `\`${leak.entry}\` permits it`;
  return `${by}; ${cure(policy, audit, leak)}`;
}

/** The entries of all tables by their places. */
function entrySpans({ mappings }: Policy): ReadonlyMap<string, Span> {
  const entries = [...mappings.values()].flatMap((table) => table.entries);
  return new Map(entries.map(({ span }) => [placeOf(span), span]));
}

/** The other entries that permit something, each with the first address that it permits. */
function otherEntries(policy: Policy, [first, ...others]: readonly RelayLeak[]): RelatedPlace[] {
  const spans = entrySpans(policy);
  const known = new Set([first?.entry]);
  return others.flatMap((leak) => {
    const span = leak.entry === null || known.has(leak.entry) ? undefined : spans.get(leak.entry);
    known.add(leak.entry);
    return span === undefined ? [] : [{ message: `this entry permits another: ${leakText(leak)}`, span }];
  });
}

function moreText({ leaks }: ChannelAudit): string {
  const others = leaks.length - 1;
  if (others === 0) return '';
  return others === 1 ? ', and so does one other address' : `, and so do ${others} other addresses`;
}

/** Whether the site allows a way on a channel; what the audit found may be that one. */
function allowsSome({ proof }: LintSubject, name: string): boolean {
  const ways = proof?.channels.find(({ channel }) => channel === name)?.ways ?? [];
  return ways.some(({ allowed }) => allowed !== null);
}

function holeIn(subject: LintSubject, audit: ChannelAudit): Finding[] {
  const [first] = audit.leaks;
  if (allowsSome(subject, audit.channel)) return [];
  // `lint/open-relay` reports the plain address, but does not follow it past the process channel.
  if (first === undefined || (first.plain && first.reached === first.channel)) return [];
  return [
    {
      span: subject.spanOfChannel(audit.channel),
      message: `strangers on the channel \`${audit.channel}\` can relay: ${leakText(first)}${moreText(audit)}`,
      hint: hint(subject.policy, audit, first),
      related: otherEntries(subject.policy, audit.leaks),
    },
  ];
}

function waysOf(subject: LintSubject, { channel, ways }: ChannelProof): Finding[] {
  const known = subject.audit?.channels.some((audit) => audit.channel === channel && audit.leaks.length > 0);
  if (known === true && !allowsSome(subject, channel)) return [];
  const spans = entrySpans(subject.policy);
  return ways.flatMap((way): Finding[] => {
    if (way.allowed !== null) return [];
    const [span] = way.entries.flatMap((place) => spans.get(place) ?? []);
    const { from, to } = way.witness;
    return [
      {
        span: span ?? subject.spanOfChannel(channel),
        message: `strangers on the channel \`${channel}\` can relay ${wayText(way)}: mail for \`${to}\` with the sender \`${from}\` goes out as ${way.delivered}`,
        hint: 'close it, or write `! prove: allowed REASON` above the entry; `pmdf prove` shows more',
      },
    ];
  });
}

export const relayHole = {
  code: 'lint/relay-hole',
  about:
    '`pmdf check` found an address by which strangers can send mail to an outside host: directly, or because a server behind this gateway may read the address differently. The message shows the address and the hint names the entry that permits it and how to close the hole.',
  *check(subject) {
    return [
      ...(subject.audit?.channels ?? []).flatMap((audit) => holeIn(subject, audit)),
      ...(subject.proof?.channels ?? []).flatMap((proof) => waysOf(subject, proof)),
    ];
  },
} as const satisfies RequestRule;
