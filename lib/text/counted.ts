/*
 * Numbers in messages.
 */

/** Counts things in words: `1 error`, `2 entries`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
