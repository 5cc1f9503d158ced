/*
 * What `pmdf password` does with a password database, wherever it is. Everything throws ConfigError for what is wrong with it.
 */
import type { PasswordHash } from '../../runtime/passwords/index.js';

export interface ShownRecord {
  readonly user: string;
  readonly service: string;
}

/** What was there before a change, and what is to be said on standard error. */
export interface PasswordsBefore {
  /** The services that had a password. */
  readonly before: readonly string[];
  readonly complaint: readonly string[];
}

export interface PasswordPlace {
  set(user: string, service: string, hash: PasswordHash): Promise<PasswordsBefore>;
  /** Deletes the password for one service, or with null all of a user. */
  delete(user: string, service: string | null): Promise<PasswordsBefore>;
  /** All records, sorted, and what is to be said on standard error. */
  list(): Promise<{ readonly records: readonly ShownRecord[]; readonly complaint: readonly string[] }>;
  /** The hash that counts for a user and a service; null if there is none. */
  hashOf(user: string, service: string): Promise<PasswordHash | null>;
}
