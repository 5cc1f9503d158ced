/*
 * Errors that end a command before it has a report.
 */
import { nearest } from '../../lib/text/index.js';
import { quoted } from './visible.js';

/** The command line is wrong: exit code 64. */
export class UsageError extends Error {
  readonly hint: string | null;

  constructor(message: string, hint: string | null = null) {
    super(message);
    this.name = 'UsageError';
    this.hint = hint;
  }
}

/** One word more than a command takes. */
export function unexpectedArgument(word: string, hint: string | null = null): UsageError {
  return new UsageError(`unexpected argument ${quoted(word)}`, hint);
}

/** The hint for a name that does not exist: the most similar of the known names, else `fallback`. */
export function nearestHint<T extends string | null>(
  name: string,
  known: readonly string[],
  fallback: T,
): string | T {
  const near = nearest(name, known);
  return near === undefined ? fallback : `did you mean ${quoted(near)}?`;
}

/** The command line is right, but names something that is not in the configuration: exit code 1. */
export class UnknownName extends Error {
  readonly hint: string | null;

  constructor(message: string, hint: string | null = null) {
    super(message);
    this.name = 'UnknownName';
    this.hint = hint;
  }
}
