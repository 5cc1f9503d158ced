/*
 * What the relay audit found as diagnostics: one for each channel that a form gets in by, with the first witness, the
 * entry that let it through, and how to mend it.
 */
import { type Diagnostic, warningAt } from '../../diagnostics/diagnostic.js';
import { isForStrangersOnly, listenerChannels } from '../faces-outside.js';
import { channelNamed, type Policy } from '../policy.js';
import { isReprocessing } from '../reprocessing.js';
import type { ChannelAudit, RelayAudit, RelayLeak } from './relay-audit.js';

/** `victim@evil.example` for the reader: the last address of a reading. */
function endOf({ reading }: RelayLeak): string {
  return reading.at(-1) ?? '';
}

/** Says in one sentence, without its subject, how a form gets out. */
export function leakText(leak: RelayLeak): string {
  const { from, address, channel, goesOut } = leak;
  const sender = from === '' ? 'the null sender' : `the sender \`${from}\``;
  const way = goesOut
    ? `goes out by \`${channel}\``
    : `goes to \`${channel}\`, where a server may read it as \`${endOf(leak)}\``;
  return `\`${address}\` with ${sender} ${way}`;
}

function mend(
  policy: Policy,
  { submission }: ChannelAudit,
  { source, channel, goesOut, reached }: RelayLeak,
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

function holeOn(policy: Policy, audit: ChannelAudit): Diagnostic[] {
  const [first, ...others] = audit.leaks;
  if (first === undefined) return [];
  const channel = channelNamed(policy, audit.channel);
  // `lint/open-relay` says that already; it does not look behind the process channel.
  if (first.plain && first.reached === first.channel) return [];
  const more = others.length === 0 ? '' : `, and ${others.length} other forms get out too`;
  const by = stoppedBy(first);
  return [
    warningAt(
      channel.span,
      'lint/relay-hole',
      `strangers on \`${audit.channel}\` can relay: ${leakText(first)}${more}`,
      { hint: first.shadowed === null ? `${by}; ${mend(policy, audit, first)}` : by },
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
