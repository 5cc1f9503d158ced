/*
 * What lint rules look at: a compiled configuration with its surroundings, and the answers of its policy to requests.
 */
import type { Environment, Lookup } from '../engine/index.js';
import { type CompiledPolicy, channelNamed, type Policy } from '../policy/index.js';
import type { RelayAudit, RelayProof } from '../proof/index.js';
import type { Span } from '../text/index.js';
import type { DatabaseEntry } from './database-entries.js';
import type { DirectoryEntryText } from './directory-entries.js';
import { type NeverMatching, neverMatchingEntries } from './never-matching.js';
import { type AccessEntry, accessEntriesOf, type LintTable, lintTables } from './tables.js';

/** A host or network that may say which client a connection is from; `addresses` are the ends of its range. */
export interface TrustedProxy {
  readonly written: string;
  readonly addresses: readonly string[];
  readonly span: Span;
}

/** The configuration and what is known of its surroundings; rules about what is left out find nothing. */
export interface LintInput {
  readonly compiled: CompiledPolicy;
  readonly newEnvironment: () => Environment;
  /** Goes through the text databases. */
  readonly databaseEntries?: () => Iterable<DatabaseEntry>;
  /** Goes through the databases of directory channels. */
  readonly directoryEntries?: () => Iterable<DirectoryEntryText>;
  /** The databases in full; null when one cannot be read. */
  readonly databaseTexts?: readonly string[] | null;
  readonly proxies?: readonly TrustedProxy[];
  /** The name in Haraka's `config/me`; null when there is none. */
  readonly ownName?: string | null;
  readonly audit?: RelayAudit | null;
  readonly proof?: RelayProof | null;
}

/** A request that the policy could not decide: `what` completes "cannot tell ...". */
export interface Undecided {
  readonly what: string;
  readonly cause: string;
  readonly span: Span;
}

/** One configuration to check; what several rules need is worked out once. */
export class LintSubject {
  readonly compiled: CompiledPolicy;
  readonly newEnvironment: () => Environment;
  readonly databaseEntries: () => Iterable<DatabaseEntry>;
  readonly directoryEntries: () => Iterable<DirectoryEntryText>;
  readonly databaseTexts: readonly string[] | null;
  readonly proxies: readonly TrustedProxy[];
  readonly ownName: string | null;
  readonly audit: RelayAudit | null;
  readonly proof: RelayProof | null;
  readonly undecided: Undecided[] = [];
  #tables: readonly LintTable[] | null = null;
  #neverMatching: NeverMatching | null = null;

  constructor(input: LintInput) {
    this.compiled = input.compiled;
    this.newEnvironment = input.newEnvironment;
    this.databaseEntries = input.databaseEntries ?? (() => []);
    this.directoryEntries = input.directoryEntries ?? (() => []);
    this.databaseTexts = input.databaseTexts ?? null;
    this.proxies = input.proxies ?? [];
    this.ownName = input.ownName ?? null;
    this.audit = input.audit ?? null;
    this.proof = input.proof ?? null;
  }

  get policy(): Policy {
    return this.compiled.policy;
  }

  get tables(): readonly LintTable[] {
    this.#tables ??= lintTables(this.compiled);
    return this.#tables;
  }

  get accessEntries(): readonly AccessEntry[] {
    return accessEntriesOf(this.tables);
  }

  get neverMatching(): NeverMatching {
    this.#neverMatching ??= neverMatchingEntries(this.tables);
    return this.#neverMatching;
  }

  /** The first line of a channel block. */
  spanOfChannel(channel: string): Span {
    return channelNamed(this.policy, channel).span;
  }

  /** Asks the policy; null when a look-up fails or a limit is reached, which is recorded for `lint/undecided`. */
  *ask<T>(
    what: string,
    span: Span,
    question: (environment: Environment) => Lookup<T>,
  ): Lookup<{ readonly answer: T } | null> {
    try {
      return { answer: yield* question(this.newEnvironment()) };
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      this.undecided.push({ what, cause, span });
      return null;
    }
  }
}
