/*
 * What a decision says: accept, reject, or defer because it cannot be made now.
 */
import { type Reply, reply } from './reply.js';

/** `place` names the entry that decided (`mappings:14`, `built-in:5`), null when none did. */
export type Verdict =
  | { readonly kind: 'accept'; readonly place: string | null }
  | { readonly kind: 'reject'; readonly place: string | null; readonly reply: Reply }
  | { readonly kind: 'defer'; readonly place: string | null; readonly reply: Reply; readonly cause: string };

/** Accepted without an entry. */
export const accepted: Verdict = Object.freeze({ kind: 'accept', place: null });

export function accept(place: string | null): Verdict {
  return place === null ? accepted : { kind: 'accept', place };
}

/** Makes a refusing verdict. */
export function reject(place: string | null, answer: Reply): Verdict {
  return { kind: 'reject', place, reply: answer };
}

/** Makes a verdict for a failure on our side; the client is only told to try again. */
export function defer(cause: string, place: string | null = null): Verdict {
  return { kind: 'defer', place, reply: reply(451, '4.3.0', 'could not decide, try again later'), cause };
}
