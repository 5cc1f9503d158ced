/*
 * What happened at each attempt to deliver a file of the queue: kept with the file as a plain JSON value, bounded, and told to the
 * sender in notices.
 *   [time as in header fields, outcomes], each outcome [server or null, what was said, addresses or null for all]
 * Ref: PMDF 7.3.4 (HISTORY_TO_RETURN)
 */
import { headerDate } from './delivery-status.js';
import { folded, plainText } from './safe-text.js';

/** What one server, or this host, said of some recipients. */
type Outcome = readonly [server: string | null, said: string, addresses: readonly string[] | null];

export type Attempt = readonly [time: string, outcomes: readonly Outcome[]];

/** What became of one recipient at an attempt. */
export interface Tried {
  readonly address: string;
  readonly remoteServer: string | null;
  readonly reason: string;
}

const mostOutcomes = 5;
const mostAddresses = 20;
const longestSaid = 300;
const longestRecord = 64 * 1024;

/** What happened at one attempt. Of more than five different outcomes the first ones are kept. */
export function attemptAt(time: Date, tried: readonly Tried[]): Attempt {
  const outcomes = new Map<string, { server: string | null; said: string; addresses: string[] }>();
  for (const { address, remoteServer: server, reason } of tried) {
    const said = plainText(reason).slice(0, longestSaid);
    const key = `${server ?? ''}\0${said}`;
    const known = outcomes.get(key);
    if (known !== undefined) known.addresses.push(address);
    else if (outcomes.size < mostOutcomes) outcomes.set(key, { server, said, addresses: [address] });
  }
  return [
    headerDate(time),
    [...outcomes.values()].map(({ server, said, addresses }) => [
      server,
      said,
      outcomes.size === 1 || addresses.length > mostAddresses ? null : addresses,
    ]),
  ];
}

/** The attempts with another one; the latest `most` are kept, and no more than 64 KB. */
export function withAttempt(attempts: readonly Attempt[], latest: Attempt, most: number): Attempt[] {
  const kept = [...attempts, latest].slice(-most);
  const lengths = kept.map((one) => JSON.stringify(one).length);
  let length = lengths.reduce((sum, one) => sum + one, 0);
  let first = 0;
  while (length > longestRecord && first < kept.length - 1) {
    length -= lengths[first] ?? 0;
    first += 1;
  }
  return kept.slice(first);
}

function readOutcome(value: unknown): Outcome[] {
  if (!Array.isArray(value)) return [];
  const [server, said, addresses]: readonly unknown[] = value;
  if ((server !== null && typeof server !== 'string') || typeof said !== 'string') return [];
  const list: readonly unknown[] | null = Array.isArray(addresses) ? addresses : null;
  return [[server, said, list === null ? null : list.filter((one) => typeof one === 'string')]];
}

/** Reads the attempts of a queue file, which another version or an administrator may have written: the rest is left out. */
export function readAttempts(value: unknown): Attempt[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.flatMap((one): Attempt[] => {
    if (!Array.isArray(one)) return [];
    const [time, outcomes]: readonly unknown[] = one;
    if (typeof time !== 'string') return [];
    return Array.isArray(outcomes) ? [[time, outcomes.flatMap(readOutcome)]] : [];
  });
}

function isAbout([, , addresses]: Outcome, recipients: ReadonlySet<string>): boolean {
  return addresses === null || addresses.some((one) => recipients.has(one));
}

/** What is said of the latest `most` attempts for some recipients; no line where there was none. `label` is the line above them. */
export function attemptLines(
  attempts: readonly Attempt[],
  recipients: readonly string[],
  { label, most }: { readonly label: string; readonly most: number },
): string[] {
  if (label === '') return [];
  const asked = new Set(recipients);
  const lines = attempts.slice(-most).flatMap(([time, outcomes]) =>
    outcomes
      .filter((one) => isAbout(one, asked))
      .flatMap(([server, said]) => {
        const where = server === null ? '' : ` ${plainText(server)}`;
        return [
          '',
          `  ${plainText(time)}${where}`,
          ...folded(plainText(said), '    ').map((one, at) => (at === 0 ? `    ${one}` : one)),
        ];
      }),
  );
  return lines.length === 0 ? [] : ['', ...folded(label, '  ').map((one) => `  ${one.trim()}`), ...lines];
}
