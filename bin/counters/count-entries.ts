/*
 * Counts the entries of PMDF's log by channel, as PMDF's counters do.
 *   received    came to the channel           E, destination channel
 *   submitted   came from the channel         E, source channel
 *   delivered   left on it                    D
 *   attempted   failed for now                Q
 *   rejected    refused from it               J
 *   failed      came back                     R, K
 *   stored      received, and neither delivered nor failed
 */
import { type MessageEntry, readEntry } from '../../lib/log/index.js';

/** What is counted, in the order of the listing. */
export const counterNames = [
  'received',
  'stored',
  'delivered',
  'submitted',
  'attempted',
  'rejected',
  'failed',
] as const;
export type CounterName = (typeof counterNames)[number];

export interface Counter {
  messages: number;
  recipients: number;
  blocks: number;
}

export type Counters = Readonly<Record<CounterName, Counter>>;

interface Counted {
  readonly counters: Counters;
  /** The message that was counted last, for each counter: entries of one message follow each other. */
  readonly last: Map<CounterName, string>;
}

/** Channels beyond these are counted as one: a log that is not ours may name any. */
const mostChannels = 10_000;
const otherChannels = '(others)';

function none(): Counter {
  return { messages: 0, recipients: 0, blocks: 0 };
}

function noCounters(): Counters {
  return {
    received: none(),
    stored: none(),
    delivered: none(),
    submitted: none(),
    attempted: none(),
    rejected: none(),
    failed: none(),
  };
}

/** What is left of the first counter after the others. */
function less(whole: Counter, ...parts: readonly Counter[]): Counter {
  const rest = { ...whole };
  for (const { messages, recipients, blocks } of parts) {
    rest.messages -= messages;
    rest.recipients -= recipients;
    rest.blocks -= blocks;
  }
  return rest;
}

export class EntryCounts {
  readonly #channels = new Map<string, Counted>();
  #entries = 0;
  #others = 0;

  /** Counts a line; one that is not an entry is counted as such. */
  add(line: string): void {
    const entry = readEntry(line);
    if (entry === null) {
      this.#others += 1;
      return;
    }
    this.#entries += 1;
    if (entry.kind === 'message') this.#message(entry);
  }

  get entries(): number {
    return this.#entries;
  }

  /** Lines that are not entries. */
  get others(): number {
    return this.#others;
  }

  /** By channel, in the order of their names. */
  channels(): readonly (readonly [string, Counters])[] {
    return [...this.#channels]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, { counters }]) => {
        const { received, delivered, failed } = counters;
        return [name, { ...counters, stored: less(received, delivered, failed) }];
      });
  }

  #message(entry: MessageEntry): void {
    const { source, destination, action } = entry;
    switch (action[0]) {
      case 'E':
        this.#count(source, 'submitted', entry);
        this.#count(destination, 'received', entry);
        break;
      case 'D':
        this.#count(source, 'delivered', entry);
        break;
      case 'Q':
        this.#count(source, 'attempted', entry);
        break;
      case 'J':
        this.#count(source, 'rejected', entry);
        break;
      case 'R':
      case 'K':
        this.#count(source, 'failed', entry);
        break;
    }
  }

  #count(channel: string, name: CounterName, entry: MessageEntry): void {
    if (channel === '') return;
    const { counters, last } = this.#of(channel);
    const counter = counters[name];
    counter.recipients += 1;
    const { time, from, blocks, envelopeId } = entry;
    const message = [time, from, blocks, envelopeId].join('\n');
    if (last.get(name) === message) return;
    last.set(name, message);
    counter.messages += 1;
    counter.blocks += blocks;
  }

  #of(channel: string): Counted {
    const name =
      this.#channels.size >= mostChannels && !this.#channels.has(channel) ? otherChannels : channel;
    let found = this.#channels.get(name);
    if (found === undefined) {
      found = { counters: noCounters(), last: new Map() };
      this.#channels.set(name, found);
    }
    return found;
  }
}
