/*
 * Compares and counts: how many requests came out as they did, which came out otherwise and how, with some examples of each,
 * and the senders, domains and entries of those. What is kept does not grow with the log.
 */
import { type Counted, Counts } from './counts.js';
import type { Decided } from './judge.js';
import type { HappenedVerdict, LoggedRequest, LogSink, ShadowLine } from './logged-request.js';
import { channelsText, happenedText, verdictText, wholeText } from './outcome-text.js';

/** What differences can be broken down by. */
export const dimensions = ['sender', 'domain', 'entry'] as const;
export type Dimension = (typeof dimensions)[number];

/** A request that came out otherwise. */
export interface Example {
  readonly place: string;
  readonly client: string;
  readonly from: string | null;
  readonly to: string | null;
  /** What the client would be told now; empty where it is accepted. */
  readonly reply: string;
}

/** Requests that came out otherwise in the same way. */
export interface Difference {
  /** What was: in the log, or in the other configuration. */
  readonly before: string;
  readonly now: string;
  /** The entry that decides now; where it goes through, the one that did before. Null for none. */
  readonly entry: string | null;
  readonly count: number;
  readonly examples: readonly Example[];
}

/** Everything that was counted. */
export interface Totals {
  readonly requests: number;
  /** Requests whose fate the log does not tell. */
  readonly unknown: number;
  /** Requests whose sender the log does not name. */
  readonly withoutSender: number;
  readonly before: Counted;
  readonly now: Counted;
  readonly same: number;
  readonly different: number;
  readonly differences: readonly Difference[];
  /** Differences beyond those that are kept apart. */
  readonly otherDifferences: number;
  readonly by: ReadonlyMap<Dimension, Counted>;
  readonly shadow: { readonly count: number; readonly verdicts: Counted; readonly byEntry: Counted };
}

const examplesEach = 3;
/** How many kinds of differences are kept apart. */
const mostKinds = 1000;

/** How many verdicts with codes are told apart; there are hardly more. */
const mostVerdicts = 20;

const noEntry = '(no entry)';
const noSender = '(not named)';
const nullPath = '<>';

function replyText({ verdict }: Decided): string {
  if (verdict.kind === 'accept') return '';
  const { code, enhanced, text } = verdict.reply;
  return [code, enhanced, text].filter((part) => part !== '').join(' ');
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

interface Kind {
  readonly before: string;
  readonly now: string;
  readonly entry: string | null;
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

  /** Counts a request against what the log says of it. */
  addLogged(request: LoggedRequest, now: Decided): void {
    const { happened } = request;
    this.#count(request, happenedText(happened), now);
    if (happened.verdict === 'unknown') {
      this.#unknown += 1;
      return;
    }
    const isSame = happened.verdict === (now.verdict.kind satisfies HappenedVerdict);
    if (isSame) this.#same += 1;
    else this.#differ(request, happenedText(happened), verdictText(now.verdict), now, happened.entry);
  }

  /** Counts a request that two configurations decided over. */
  addCompared(request: LoggedRequest, before: Decided, now: Decided): void {
    this.#count(request, verdictText(before.verdict), now);
    if (wholeText(before) === wholeText(now)) this.#same += 1;
    else this.#differ(request, channelsText(before), channelsText(now), now, before.verdict.place);
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
    this.#now.add(verdictText(now.verdict));
  }

  #differ(
    request: LoggedRequest,
    before: string,
    now: string,
    decided: Decided,
    entryBefore: string | null,
  ): void {
    this.#different += 1;
    const entry = decided.verdict.kind === 'accept' ? entryBefore : decided.verdict.place;
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
      kind.examples.push({ place, client: client.address, from, to, reply: replyText(decided) });
    }
    this.#kinds.set(key, kind);
  }

  /** What was counted, with the `limit` most frequent of everything. */
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

/** Gathers what is found in a log until somebody asks for it. */
export class Found implements LogSink {
  readonly requests: LoggedRequest[] = [];
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  request(request: LoggedRequest): void {
    this.requests.push(request);
  }

  shadow(line: ShadowLine): void {
    this.#tally.addShadow(line);
  }

  /** Gives what was gathered, and forgets it. */
  take(): readonly LoggedRequest[] {
    return this.requests.splice(0);
  }
}
