/*
 * What a decision says: accept, reject, or defer because nobody can tell now.
 */
import { type Reply, reply } from './reply.js';

/** `place` names the entry that decided (`mappings:14`, `built-in:5`), null when none did. */
export type Verdict =
  | { readonly kind: 'accept'; readonly place: string | null }
  | { readonly kind: 'reject'; readonly place: string | null; readonly reply: Reply }
  | { readonly kind: 'defer'; readonly place: string | null; readonly reply: Reply; readonly cause: string };

/** Makes an accepting verdict. */
export function accept(place: string | null): Verdict {
  return { kind: 'accept', place };
}

/** Makes a refusing verdict. */
export function reject(place: string | null, answer: Reply): Verdict {
  return { kind: 'reject', place, reply: answer };
}

/** Makes a verdict for trouble on our side; the client learns only that it may try again. */
export function defer(cause: string, place: string | null = null): Verdict {
  return { kind: 'defer', place, reply: reply(451, '4.3.0', 'could not decide, try again later'), cause };
}
