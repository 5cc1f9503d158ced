/*
 * What an error says in the log.
 */
import { oneLine } from '../../lib/smtp/index.js';

/** The message of an error on one line, without its stack. */
export function causeOf(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error));
}
