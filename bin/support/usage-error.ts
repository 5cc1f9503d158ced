/*
 * What ends a command before it has a report.
 */

/** The command line is wrong: exit code 64. */
export class UsageError extends Error {
  readonly hint: string | null;

  constructor(message: string, hint: string | null = null) {
    super(message);
    this.name = 'UsageError';
    this.hint = hint;
  }
}

/** The command line is right, but what it asks about does not exist in the configuration: exit code 1. */
export class UnknownName extends Error {
  readonly hint: string | null;

  constructor(message: string, hint: string | null = null) {
    super(message);
    this.name = 'UnknownName';
    this.hint = hint;
  }
}
