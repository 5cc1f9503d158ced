/*
 * What a client is told that reaches a limit.
 */
import { oneLine, type Reply, reply } from '../smtp/index.js';

/** A refusal by a limit. */
export interface LimitRefusal {
  /** The keyword and its channel: `transactionlimit of tcp_local`. */
  readonly place: string;
  readonly reply: Reply;
  /** Whether the session ends after the reply. */
  readonly ends: boolean;
}

/** Names a limit, as a table names an entry. */
export function placeOfLimit(keyword: string, channel: string): string {
  return oneLine(`${keyword} of ${channel}`);
}

/** Makes a refusal after which the session goes on. */
export function refusal(keyword: string, channel: string, answer: Reply): LimitRefusal {
  return { place: placeOfLimit(keyword, channel), reply: answer, ends: false };
}

/** Makes a refusal that ends the session; `what` is what there was too much of. */
export function lastRefusal(keyword: string, channel: string, what: string): LimitRefusal {
  const answer = reply(450, '4.7.0', `Session ${what} limit reached; disconnecting`);
  return { ...refusal(keyword, channel, answer), ends: true };
}
