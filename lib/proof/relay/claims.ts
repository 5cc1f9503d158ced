/*
 * What a client may say besides texts, as far as entries test it by input flags.
 * Ref: PMDF 16.1.1
 */
import type { Consultation } from './session-space.js';

export interface Claims {
  readonly tls: boolean;
  readonly esmtp: boolean;
  readonly notify: readonly string[];
}

const notifyWords: readonly (readonly [string, string])[] = [
  ['D', 'DELAY'],
  ['F', 'FAILURE'],
  ['S', 'SUCCESS'],
];

/** The claims that make a difference to some entry. */
export function claimsFor(flags: ReadonlySet<string>, tls: readonly boolean[]): Claims[] {
  const [usual = false] = tls;
  let found: Claims[] = (flags.has('T') ? tls : [usual]).map((one) => ({
    tls: one,
    esmtp: true,
    notify: [],
  }));
  if (flags.has('E')) found = found.flatMap((one) => [one, { ...one, esmtp: false }]);
  for (const [letter, word] of notifyWords) {
    if (flags.has(letter)) found = found.flatMap((one) => [one, { ...one, notify: [...one.notify, word] }]);
  }
  return found;
}

/** The input flags of a consultation in a session with these claims. */
export function inputFlagsOf(
  { tls, esmtp, notify }: Claims,
  { pass, table }: Consultation,
): ReadonlySet<string> {
  if (pass > 0 || table === 'PORT_ACCESS') return new Set();
  const letters =
    table === 'FROM_ACCESS'
      ? []
      : notifyWords.flatMap(([letter, word]) => (notify.includes(word) ? [letter] : []));
  return new Set([...(tls ? ['T'] : []), ...(esmtp ? ['E'] : []), ...letters]);
}
