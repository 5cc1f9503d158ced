/*
 * The cause of a failure in words, on one line, for the log.
 */

const longest = 300;

/** Describes an error; one without a message by its code. */
export function describeTrouble(error: unknown): string {
  const one = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  const message = one instanceof Error ? one.message : String(one);
  const code = one instanceof Error && 'code' in one ? String(one.code) : '';
  const words = (message || code || 'unknown error').replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return words.length > longest ? `${words.slice(0, longest)}...` : words;
}
