/*
 * The relay table of fourteen entries for domain.com, and its effect on probes: entries that match in order, the
 * verdict, and whether `$Y` gave it. `final` is the probe after the last entry if no flag ended it.
 */

const rejection = '$NRelaying$ not$ permitted';

/** The fourteen entries; the first thirteen are built in. */
export const relayEntries: readonly (readonly [string, string])[] = [
  ['tcp_local|*|*|*$%*.domain.com@*', 'tcp_local|$0|$1|$2@$4$R'],
  ['tcp_local|*|*|*$%domain.com@*', 'tcp_local|$0|$1|$2@$3$R'],
  ['tcp_local|*|*|*$%*.domain.com$%*@*', 'tcp_local|$0|$1|$2@$5$R'],
  ['tcp_local|*|*|*$%domain.com$%*@*', 'tcp_local|$0|$1|$2@$4$R'],
  ['tcp_local|*|*|*$%*.*@*', rejection],
  ['tcp_local|*|*|*.*!*@*', rejection],
  ['tcp_local|*|*|"*@*"@domain.com', rejection],
  ['tcp_local|*|*|"*@*"@*.domain.com', rejection],
  ['tcp_local|*|*|@*:"*@*"@domain.com', rejection],
  ['tcp_local|*|*|@*:"*@*"@*.domain.com', rejection],
  ['tcp_local|*|*|@*:*@*.domain.com', '$Y'],
  ['tcp_local|*|*|@*:*@domain.com', '$Y'],
  ['tcp_local|*|*|@*:*@*', rejection],
  ['tcp_local|*|tcp_local|*', rejection],
];

/** One probe, the entries that match it, and the outcome; `permits` is a permit by `$Y`. */
export interface RelayProbe {
  readonly probe: string;
  readonly entries: readonly number[];
  readonly outcome: 'passes' | 'permits' | 'rejects';
  /** The output of a table that ended without a flag. */
  readonly final?: string;
}

function fromOutside(
  to: string,
  channel: 'l' | 'tcp_local',
  entries: readonly number[],
  outcome: RelayProbe['outcome'],
  final?: string,
): RelayProbe {
  const probe = (address: string): string => `tcp_local|a@ext.org|${channel}|${address}`;
  return { probe: probe(to), entries, outcome, ...(final === undefined ? {} : { final: probe(final) }) };
}

/** Every trace of the relay table, by hand. */
export const relayProbes: readonly RelayProbe[] = [
  fromOutside('jane%host.domain.com@domain.com', 'l', [1], 'passes', 'jane@domain.com'),
  fromOutside('jane%domain.com@mail.domain.com', 'l', [2], 'passes', 'jane@mail.domain.com'),
  fromOutside('jane%host.domain.com%other.com@domain.com', 'l', [3], 'passes', 'jane@domain.com'),
  fromOutside('jane%domain.com%other.com@mail.domain.com', 'l', [4], 'passes', 'jane@mail.domain.com'),
  fromOutside('victim%evil.com@domain.com', 'l', [5], 'rejects'),
  fromOutside('victim%evil.com%host.domain.com@domain.com', 'l', [1, 5], 'rejects'),
  fromOutside('victim%evil.com%domain.com@domain.com', 'l', [2, 5], 'rejects'),
  fromOutside('a%x.domain.com%y.domain.com@domain.com', 'l', [1, 1], 'passes', 'a@domain.com'),
  fromOutside('jane%host.domain.com@other.com', 'tcp_local', [1, 14], 'rejects'),
  fromOutside('evil.com!victim@domain.com', 'l', [6], 'rejects'),
  fromOutside('nick!victim@domain.com', 'l', [], 'passes', 'nick!victim@domain.com'),
  fromOutside('victim%nick@domain.com', 'l', [], 'passes', 'victim%nick@domain.com'),
  fromOutside('"victim@evil.com"@domain.com', 'l', [7], 'rejects'),
  fromOutside('"victim@evil.com"@mail.domain.com', 'l', [8], 'rejects'),
  fromOutside('@domain.com:"victim@evil.com"@domain.com', 'l', [9], 'rejects'),
  fromOutside('@domain.com:"victim@evil.com"@mail.domain.com', 'l', [10], 'rejects'),
  fromOutside('@relay.org:jane@mail.domain.com', 'l', [11], 'permits'),
  fromOutside('@relay.org:jane@domain.com', 'l', [12], 'permits'),
  fromOutside('@domain.com:victim@evil.com', 'tcp_local', [13], 'rejects'),
  fromOutside('bob@other.com', 'tcp_local', [14], 'rejects'),
  fromOutside('jane@domain.com', 'l', [], 'passes', 'jane@domain.com'),
  fromOutside('JANE%HOST.Domain.COM@domain.com', 'l', [1], 'passes', 'JANE@domain.com'),
  { probe: 'TCP_LOCAL|a@ext.org|TCP_LOCAL|bob@other.com', entries: [14], outcome: 'rejects' },
  { probe: 'tcp_local||tcp_local|bob@other.com', entries: [14], outcome: 'rejects' },
  { probe: 'tcp_local|a@ext.org|process|jdoe@other.com', entries: [], outcome: 'passes' },
  { probe: 'process|a@ext.org|tcp_local|jdoe@other.com', entries: [], outcome: 'passes' },
  { probe: 'tcp_internal|me@domain.com|tcp_local|bob@other.com', entries: [], outcome: 'passes' },
  { probe: 'tcp_internal|me@domain.com|l|bob%evil.com@domain.com', entries: [], outcome: 'passes' },
  // A typed string, not made from mail: the bar in the sender shifts the fields.
  { probe: 'tcp_local|x|tcp_local|y@ext.org|l|jane@domain.com', entries: [14], outcome: 'rejects' },
];
