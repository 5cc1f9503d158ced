/*
 * Counts the requests that are decided as before and those that are not, the latter by kind, sender, domain and entry, with
 * some examples of each kind. Memory does not grow with the log.
 */
import type { Verdict } from '../../lib/smtp/index.js';
import { replyText } from '../support/index.js';
import { type Counted, Counts } from './counts.js';
import type { Decided } from './judge.js';
import type { Happened, HappenedVerdict, LoggedRequest, ShadowLine } from './logged-request.js';

/** What differences can be broken down by. */
export const dimensions = ['sender', 'domain', 'entry'] as const;
export type Dimension = (typeof dimensions)[number];

/** A request that is decided differently. */
export interface Example {
  readonly place: string;
  readonly client: string;
  readonly from: string | null;
  readonly to: string | null;
  /** The reply that the client would get now; empty if it is accepted. */
  readonly reply: string;
}

/** Requests that are decided differently in the same way. */
export interface Difference {
  /** The result in the log, or under the other configuration. */
  readonly before: string;
  readonly now: string;
  /** The entry that refuses now, or that refused before if it is accepted now. Null for none. */
  readonly entry: string | null;
  readonly count: number;
  readonly examples: readonly Example[];
}

/** All counts. */
export interface Totals {
  readonly requests: number;
  /** Requests whose result the log does not show. */
  readonly unknown: number;
  /** Requests whose sender the log does not show. */
  readonly withoutSender: number;
  readonly before: Counted;
  readonly now: Counted;
  readonly same: number;
  readonly different: number;
  readonly differences: readonly Difference[];
  /** Differences beyond those that are counted by kind. */
  readonly otherDifferences: number;
  readonly by: ReadonlyMap<Dimension, Counted>;
  readonly shadow: { readonly count: number; readonly verdicts: Counted; readonly byEntry: Counted };
}

const examplesEach = 3;
/** How many kinds of differences are counted by kind. */
const mostKinds = 1000;

/** How many verdicts with codes are shown; there are hardly more. */
const mostVerdicts = 20;

const noEntry = '(no entry)';
const noSender = '(not named)';
const nullPath = '<>';

/** `reject 554`, `accept`. */
function happenedText({ verdict, code }: Happened): string {
  return code === null ? verdict : `${verdict} ${code}`;
}

function decidedText(verdict: Verdict): string {
  return verdict.kind === 'accept' ? verdict.kind : `${verdict.kind} ${verdict.reply.code}`;
}

/** All of a decision that may differ between configurations, except the names of entries. */
function wholeText({ verdict, sourceChannel, deliveries }: Decided): string {
  return JSON.stringify([sourceChannel, verdict.kind === 'accept' ? deliveries : verdict.reply]);
}

/** The verdict, the channels of the deliveries, and the source channel: the name of a difference between configurations. */
function channelsText({ verdict, sourceChannel, deliveries }: Decided): string {
  const channels = [...new Set(deliveries.map(({ channel }) => channel))].join(', ');
  const route = verdict.kind === 'accept' && channels !== '' ? ` on ${channels}` : '';
  return `${decidedText(verdict)}${route} (from ${sourceChannel})`;
}

function wholeReply({ verdict }: Decided): string {
  return verdict.kind === 'accept' ? '' : `${verdict.reply.code} ${replyText(verdict.reply)}`.trimEnd();
}

function senderOf({ from }: LoggedRequest): string {
  if (from === null) return noSender;
  return from === '' ? nullPath : from;
}

function domainOf({ to }: LoggedRequest): string {
  if (to === null) return '(no recipient)';
  const at = to.lastIndexOf('@');
  return at === -1 ? '(no domain)' : to.slice(at + 1).toLowerCase();
}

/** A difference that is still being counted. */
interface Kind extends Difference {
  count: number;
  readonly examples: Example[];
}

/** Counts requests. */
export class Tally {
  #requests = 0;
  #unknown = 0;
  #withoutSender = 0;
  #same = 0;
  #different = 0;
  #otherDifferences = 0;
  #shadow = 0;
  readonly #before = new Counts();
  readonly #now = new Counts();
  readonly #kinds = new Map<string, Kind>();
  readonly #by = new Map<Dimension, Counts>(dimensions.map((one) => [one, new Counts()]));
  readonly #shadowVerdicts = new Counts();
  readonly #shadowEntries = new Counts();

  /** Compares a decision with the logged result. */
  addLogged(request: LoggedRequest, now: Decided): void {
    const { happened } = request;
    this.#count(request, happenedText(happened), now);
    if (happened.verdict === 'unknown') {
      this.#unknown += 1;
      return;
    }
    const isSame = happened.verdict === (now.verdict.kind satisfies HappenedVerdict);
    if (isSame) this.#same += 1;
    else this.#differ(request, [happenedText(happened), happened.entry], decidedText(now.verdict), now);
  }

  /** Compares the decisions of two configurations. */
  addCompared(request: LoggedRequest, before: Decided, now: Decided): void {
    this.#count(request, decidedText(before.verdict), now);
    if (wholeText(before) === wholeText(now)) this.#same += 1;
    else this.#differ(request, [channelsText(before), before.verdict.place], channelsText(now), now);
  }

  addShadow({ verdict, entry }: ShadowLine): void {
    this.#shadow += 1;
    this.#shadowVerdicts.add(verdict);
    this.#shadowEntries.add(entry);
  }

  #count(request: LoggedRequest, before: string, now: Decided): void {
    this.#requests += 1;
    if (request.from === null && request.to !== null) this.#withoutSender += 1;
    this.#before.add(before);
    this.#now.add(decidedText(now.verdict));
  }

  /** Counts a difference; `before` is the earlier result and the entry that decided it. */
  #differ(
    request: LoggedRequest,
    [before, entryBefore]: readonly [string, string | null],
    now: string,
    decided: Decided,
  ): void {
    this.#different += 1;
    const { kind: verdict, place } = decided.verdict;
    const entry = verdict === 'accept' ? entryBefore : place;
    this.#by.get('sender')?.add(senderOf(request));
    this.#by.get('domain')?.add(domainOf(request));
    this.#by.get('entry')?.add(entry ?? noEntry);
    const key = JSON.stringify([before, now, entry]);
    const kind = this.#kinds.get(key) ?? { before, now, entry, count: 0, examples: [] };
    if (kind.count === 0 && this.#kinds.size >= mostKinds) {
      this.#otherDifferences += 1;
      return;
    }
    kind.count += 1;
    if (kind.examples.length < examplesEach) {
      const { place, client, from, to } = request;
      kind.examples.push({ place, client: client.client.address, from, to, reply: wholeReply(decided) });
    }
    this.#kinds.set(key, kind);
  }

  /** The counts, with the `limit` most frequent of each kind. */
  totals(limit: number): Totals {
    const kinds = [...this.#kinds.values()].sort((left, right) => right.count - left.count);
    const beyond = kinds.slice(limit).reduce((sum, { count }) => sum + count, this.#otherDifferences);
    return {
      requests: this.#requests,
      unknown: this.#unknown,
      withoutSender: this.#withoutSender,
      before: this.#before.most(mostVerdicts),
      now: this.#now.most(mostVerdicts),
      same: this.#same,
      different: this.#different,
      differences: kinds.slice(0, limit),
      otherDifferences: beyond,
      by: new Map([...this.#by].map(([dimension, counts]) => [dimension, counts.most(limit)])),
      shadow: {
        count: this.#shadow,
        verdicts: this.#shadowVerdicts.most(limit),
        byEntry: this.#shadowEntries.most(limit),
      },
    };
  }
}
