/*
 * Look-ups without colouring the engine: an engine function that needs something from outside is a generator
 * that yields a request and receives the answer. The driver decides whether the answer comes at once or later.
 */

/** The databases that rules, tables and aliases can look up. */
export const databaseNames = ['general', 'alias', 'forward', 'domain', 'reverse'] as const;
export type DatabaseName = (typeof databaseNames)[number];

/** A question to the outside world. Database keys are as the language made them; the database folds case. */
export type LookupRequest =
  | { readonly kind: 'database'; readonly database: DatabaseName; readonly key: string }
  | {
      /** The next number from a sequence file, as text in the radix and width asked for. Ref: PMDF 5.3.2 */
      readonly kind: 'sequence';
      readonly file: string;
      readonly radix: number;
      readonly width: number;
      readonly modulus: number | null;
    };

/** An answer; `failed` means that it is not known, and always ends in a temporary reply. */
export type LookupAnswer =
  | { readonly kind: 'found'; readonly value: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly cause: string };

/** A computation that may make look-ups. */
export type Lookup<T> = Generator<LookupRequest, T, LookupAnswer>;

export const absent: LookupAnswer = { kind: 'absent' };

export function found(value: string): LookupAnswer {
  return { kind: 'found', value };
}

/** Makes the answer `failed`; `cause` is for the log, never for the client. */
export function failed(cause: string): LookupAnswer {
  return { kind: 'failed', cause };
}

/** Runs a computation whose every question is answered at once. */
export function driveNow<T>(lookup: Lookup<T>, answer: (request: LookupRequest) => LookupAnswer): T {
  let step = lookup.next();
  while (step.done !== true) step = lookup.next(answer(step.value));
  return step.value;
}
