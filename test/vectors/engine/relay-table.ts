/*
 * The relay table of a site, for one domain: thirteen entries about routes in addresses, and a fourteenth that
 * closes the way in and out through tcp_local. Written as a site would write it in its mapping file.
 */
import type { Pair } from '../vector-input.js';

const refusal = '$NRelaying$ not$ permitted';

/** The fourteenth entry, which a site adds itself. */
export const relayBlock: Pair = ['tcp_local|*|tcp_local|*', refusal];

/** All fourteen entries, in order. */
export function relayTable(domain: string): readonly Pair[] {
  const peeled = (last: number): string => `tcp_local|$0|$1|$2@$${last}$R`;
  const entries: readonly Pair[] = [
    [`*$%*.${domain}@*`, peeled(4)],
    [`*$%${domain}@*`, peeled(3)],
    [`*$%*.${domain}$%*@*`, peeled(5)],
    [`*$%${domain}$%*@*`, peeled(4)],
    ['*$%*.*@*', refusal],
    ['*.*!*@*', refusal],
    [`"*@*"@${domain}`, refusal],
    [`"*@*"@*.${domain}`, refusal],
    [`@*:"*@*"@${domain}`, refusal],
    [`@*:"*@*"@*.${domain}`, refusal],
    [`@*:*@*.${domain}`, '$Y'],
    [`@*:*@${domain}`, '$Y'],
    ['@*:*@*', refusal],
  ];
  return [...entries.map(([to, template]): Pair => [`tcp_local|*|*|${to}`, template]), relayBlock];
}
