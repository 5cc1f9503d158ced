/*
 * Look-ups without colouring the engine: an engine function that needs something from outside is a generator
 * that yields a request and receives the answer. The driver decides whether the answer comes at once or later.
 */

import type { Eventual } from './eventual.js';

/** The databases that rules, tables and aliases can look up. */
export const databaseNames = ['general', 'alias', 'forward', 'domain', 'reverse'] as const;
export type DatabaseName = (typeof databaseNames)[number];

/** A search in a directory, with every value escaped for its place. Ref: RFC 4511 4.5.1 */
export interface LdapSearch {
  readonly base: string;
  readonly scope: 'base' | 'one' | 'sub';
  /** As in RFC 4515, with its outer parentheses. */
  readonly filter: string;
  /** The attributes wanted; empty for all of them. */
  readonly attributes: readonly string[];
  /** Entries to return at most; more than that is `isCut`. */
  readonly most: number;
  /** Whether the base is made of values: where it does not exist, nothing is found. */
  readonly baseMayLack?: boolean;
}

/** A quantity that is counted, or a value that is kept, between decisions. Keys are counted without regard to case. */
export type CounterStep =
  /** Counts an attempt; found if it is one too many in a minute. With `penalizes`, attempts that were refused count too. */
  | {
      readonly action: 'throttle';
      readonly key: string;
      readonly perMinute: number;
      readonly penalizes: boolean;
    }
  /** Counts an attempt in a table of the settings; found if it exceeds the quota, or has to come again later. */
  | { readonly action: 'attempt'; readonly table: string; readonly key: string }
  /** Adds to the number of a key, which is 0 if there is none; found is the sum. */
  | { readonly action: 'adjust'; readonly table: string; readonly key: string; readonly by: number }
  | { readonly action: 'store'; readonly table: string; readonly key: string; readonly value: string }
  | { readonly action: 'fetch' | 'remove'; readonly table: string; readonly key: string };

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
    }
  /** Every value of a key in the database of a pseudo domain of a directory channel. Ref: PMDF 3.2.5 */
  | {
      readonly kind: 'directory';
      readonly channel: string;
      readonly domain: string;
      readonly key: string;
    }
  /** A search at the servers of `LDAP_HOST` (`channel` null), or of a directory channel. Ref: PMDF 3.2.7, 7.3.2 */
  | { readonly kind: 'ldap'; readonly channel: string | null; readonly search: LdapSearch }
  /** Whether the hosts file or DNS has an address for a name; found is one of them. */
  | { readonly kind: 'host'; readonly name: string }
  /** The name of an IP address that has this address itself; found is the name. Ref: RFC 1912 2.1 */
  | { readonly kind: 'host-name'; readonly address: string }
  /** Whether a domain can have mail addresses: it has mail exchangers or an address; found is one of them. Ref: RFC 5321 5.1 */
  | { readonly kind: 'mail-domain'; readonly name: string }
  /** Whether a DNS list has an address; found is its text, empty if it has none. Ref: RFC 5782 2.1 */
  | { readonly kind: 'dns-list'; readonly list: string; readonly address: string }
  /** A function of the site; found is its text. */
  | {
      readonly kind: 'site-routine';
      readonly image: string;
      readonly name: string;
      readonly argument: string;
    }
  /**
   * What the SPF policy of a domain says of a client: `pass`, `fail`, `softfail`, `neutral`, `none` or `permerror`; `failed`
   * is TempError. Ref: RFC 7208 2.6
   */
  | {
      readonly kind: 'spf';
      readonly client: string;
      readonly domain: string;
      readonly sender: string;
      readonly helo: string;
      /** Terms that need DNS, and policies within policies. */
      readonly mostQueries: number;
      readonly mostNested: number;
    }
  /** A step of a counter. */
  | { readonly kind: 'counter'; readonly step: CounterStep };

/** An entry of a directory: its attributes, by their names in lower case. */
export type DirectoryEntry = ReadonlyMap<string, readonly string[]>;

/** An answer; `failed` means that it is not known, and always ends in a temporary reply. */
export type LookupAnswer =
  | { readonly kind: 'found'; readonly value: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly cause: string };

/** The answer to a request of the kind `directory`; `values` is not empty. */
export type ValuesAnswer =
  | Exclude<LookupAnswer, { kind: 'found' }>
  | { readonly kind: 'values'; readonly values: readonly string[] };

/** The answer to a request of the kind `ldap`; `entries` is not empty. */
export type EntriesAnswer =
  | Exclude<LookupAnswer, { kind: 'found' }>
  | { readonly kind: 'entries'; readonly entries: readonly DirectoryEntry[]; readonly isCut: boolean };

/** The answer to any request. */
export type AnyAnswer = LookupAnswer | ValuesAnswer | EntriesAnswer;

/** A computation that may make look-ups. */
export type Lookup<T> = Generator<LookupRequest, T, AnyAnswer>;

export const absent: Extract<LookupAnswer, { kind: 'absent' }> = { kind: 'absent' };

export function found(value: string): LookupAnswer {
  return { kind: 'found', value };
}

/** Makes the answer `failed`; `cause` is for the log, never for the client. */
export function failed(cause: string): Extract<LookupAnswer, { kind: 'failed' }> {
  return { kind: 'failed', cause };
}

/** Runs a computation whose every question is answered at once. */
export function driveNow<T>(lookup: Lookup<T>, answer: (request: LookupRequest) => AnyAnswer): T {
  let step = lookup.next();
  while (step.done !== true) step = lookup.next(answer(step.value));
  return step.value;
}

/** Runs a computation: at once as long as every question is answered at once, later otherwise. */
export function drive<T>(
  lookup: Lookup<T>,
  answer: (request: LookupRequest) => Eventual<AnyAnswer>,
): Eventual<T> {
  const from = (first: IteratorResult<LookupRequest, T>): Eventual<T> => {
    let step = first;
    while (step.done !== true) {
      const given = answer(step.value);
      if (given instanceof Promise) return given.then((late) => from(lookup.next(late)));
      step = lookup.next(given);
    }
    return step.value;
  };
  return from(lookup.next());
}
