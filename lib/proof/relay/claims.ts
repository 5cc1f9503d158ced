/*
 * What a client may say besides texts, as far as entries test it by input flags.
 * Ref: PMDF 16.1.1
 */
import { inputFlagsFor } from '../../access/index.js';
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

const noReceipt: ReadonlySet<string> = new Set();

/** The input flags of a consultation in a session with these claims. */
export function inputFlagsOf(
  { tls, esmtp, notify }: Claims,
  { pass, table }: Consultation,
): ReadonlySet<string> {
  const isFirst = pass === 0;
  return inputFlagsFor(table, {
    authenticated: false,
    tls: isFirst && tls,
    protocol: isFirst && esmtp ? 'ESMTP' : 'SMTP',
    notify: isFirst ? new Set(notify) : noReceipt,
  });
}
