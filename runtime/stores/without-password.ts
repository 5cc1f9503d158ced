/*
 * What fails while somebody logs in may repeat the password: servers quote commands that they do not know.
 */

/** A shorter one is in too many words. */
const shortest = 4;

/** An error of a login, with the password hidden in its message. */
export function withoutPassword(error: unknown, password: string | null): unknown {
  if (!(error instanceof Error) || password === null || password.length < shortest) return error;
  error.message = error.message.replaceAll(password, '***');
  if (error instanceof AggregateError) for (const one of error.errors) withoutPassword(one, password);
  return error;
}
