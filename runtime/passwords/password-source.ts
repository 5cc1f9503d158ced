/*
 * Where the records of users are, for the judge of passwords: a file of this host, or a store.
 */
import type { Eventual } from '../../lib/engine/index.js';
import type { Cost } from './password-hash.js';
import type { PasswordRecord } from './password-records.js';

/** The record that counts; `failed` says nothing about the user. */
export type RecordAnswer =
  | { readonly kind: 'found'; readonly record: PasswordRecord }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly cause: string };

export interface PasswordSource {
  /** The record of a user (see `userName`) that counts for a service. Never throws or rejects. */
  recordOf(user: string, service: string): Eventual<RecordAnswer>;
  /** The costs of its hashes, as far as they are known, one for each of them. */
  readonly costs: readonly Cost[];
}
