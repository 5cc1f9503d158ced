/*
 * What the relay audit found as diagnostics: one for each channel that a form gets in by, with the first witness, the
 * entry that let it through, and how to mend it.
 */
import {
  channelNamed,
  isForStrangersOnly,
  isReprocessing,
  listenerChannels,
  type Policy,
} from '../../policy/index.js';
import { type Diagnostic, placeOf, type RelatedPlace, type Span, warningAt } from '../../text/index.js';
import type { ChannelAudit, RelayAudit, RelayLeak } from './relay-audit.js';
import { mainSender } from './senders.js';

/** `victim@evil.example` for the reader: the last address of a reading. */
function endOf({ reading }: RelayLeak): string {
  return reading.at(-1) ?? '';
}

/** Says in one sentence, without its subject, how a form gets out. */
export function leakText(leak: RelayLeak): string {
  const { from, address, channel, goesOut, conditions } = leak;
  const sender = from === '' ? 'the null sender' : `the sender \`${from}\``;
  const way = goesOut
    ? `goes out by \`${channel}\``
    : `goes to \`${channel}\`, where a server may read it as \`${endOf(leak)}\``;
  return `\`${address}\` with ${[sender, ...conditions].join(', ')} ${way}`;
}

function mend(
  policy: Policy,
  { submission }: ChannelAudit,
  { source, channel, goesOut, reached, from, conditions, entry }: RelayLeak,
): string {
  const isGuarded = isForStrangersOnly(policy, source);
  if (submission !== null && !isGuarded) {
    return `give \`${source}\` the keyword \`mustsaslserver\`, so that nobody sends there without AUTH`;
  }
  if (!isGuarded && !listenerChannels(policy).includes(channelNamed(policy, source)))
    return `every stranger gets there by STARTTLS: give \`${source}\` the keyword \`switchchannel\``;
  if (goesOut && reached !== null && isReprocessing(reached)) {
    return `no rule may lead hosts of strangers to \`${reached}\`, which sends mail on wherever it is for`;
  }
  const isChosen = from !== mainSender || conditions.length > 0;
  if (goesOut && entry !== null && isChosen) {
    return 'a client can meet its conditions at will: remove it, or give the clients that it is for a channel of their own, by a rule for their addresses';
  }
  if (goesOut) {
    return `have the entry \`${source}|*|${channel}|*   $NRelaying$ not$ permitted\` at the top of ORIG_SEND_ACCESS`;
  }
  return policy.settings.builtInSourceRoutes === 'strict'
    ? `refuse such addresses in ORIG_SEND_ACCESS, and do not let them reach \`${channel}\``
    : 'set `built_in_source_routes: strict`';
}

function stoppedBy({ entry, shadowed }: RelayLeak): string {
  if (shadowed !== null)
    return `\`${shadowed}\` would stop it, and its table is in shadow: take it out of \`shadow\``;
  return entry === null ? 'no entry stops it' : `\`${entry}\` lets it through`;
}

/** The places of the entries of all tables, by their names. */
function entrySpans({ mappings }: Policy): ReadonlyMap<string, Span> {
  const entries = [...mappings.values()].flatMap((table) => table.entries);
  return new Map(entries.map(({ span }) => [placeOf(span), span]));
}

/** The further entries that let something through, each with the first that it lets. */
function furtherEntries(policy: Policy, [first, ...others]: readonly RelayLeak[]): RelatedPlace[] {
  const spans = entrySpans(policy);
  const known = new Set([first?.entry]);
  return others.flatMap((leak) => {
    const span = leak.entry === null || known.has(leak.entry) ? undefined : spans.get(leak.entry);
    known.add(leak.entry);
    return span === undefined ? [] : [{ message: `${leakText(leak)} by this entry`, span }];
  });
}

/** `, and 3 other forms get out too`; what several senders have through one entry is counted. */
function furtherText({ leaks }: ChannelAudit): string {
  const others = leaks.length - 1;
  if (others === 0) return '';
  return others === 1 ? ', and one other form gets out too' : `, and ${others} other forms get out too`;
}

function holeOn(policy: Policy, audit: ChannelAudit): Diagnostic[] {
  const [first] = audit.leaks;
  if (first === undefined) return [];
  const channel = channelNamed(policy, audit.channel);
  // `lint/open-relay` says that already; it does not look beyond the process channel.
  if (first.plain && first.reached === first.channel) return [];
  const by = stoppedBy(first);
  return [
    warningAt(
      channel.span,
      'lint/relay-hole',
      `strangers on \`${audit.channel}\` can relay: ${leakText(first)}${furtherText(audit)}`,
      {
        hint: first.shadowed === null ? `${by}; ${mend(policy, audit, first)}` : by,
        related: furtherEntries(policy, audit.leaks),
      },
    ),
  ];
}

function undecidedOn(policy: Policy, { channel, undecided, cause }: ChannelAudit): Diagnostic[] {
  if (undecided === 0) return [];
  const message = `the relay audit of \`${channel}\` is not complete: ${cause}`;
  return [warningAt(channelNamed(policy, channel).span, 'lint/undecided', message)];
}

/** The findings of an audit. */
export function relayFindings(policy: Policy, { channels }: RelayAudit): readonly Diagnostic[] {
  return channels.flatMap((audit) => [...holeOn(policy, audit), ...undecidedOn(policy, audit)]);
}
