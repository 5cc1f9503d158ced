/*
 * The forwarded addresses that every measured store holds: `1user`, `2user` and so on, as smtp-source numbers its recipients.
 */

/** The number of addresses unless another is asked for. */
export const usualCount = 1_000_000;

/** What follows the number in a key. */
export const afterNumber = 'user';

/** The key of an address, from 1. */
export function keyFor(number: number): string {
  return `${number}${afterNumber}`;
}

/** The value of a key: an address on the channel tcp_internal. */
export function valueFor(key: string): string {
  return `${key}%mail.domain.com@TCP-INTERNAL`;
}

/** The address that a value makes of a recipient. */
export function addressFor(key: string): string {
  return `${key}@mail.domain.com`;
}

/** The numbers from 1 to `count` in batches. */
export function* batches(count: number, size: number): Generator<readonly number[]> {
  for (let first = 1; first <= count; first += size) {
    yield Array.from({ length: Math.min(size, count - first + 1) }, (_, at) => first + at);
  }
}
