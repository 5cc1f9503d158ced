/*
 * What commands do with a database in a store beside asking it: list its entries, change some, replace all. The gateway does
 * none of this. A kind of store has those parts that its server can do.
 */
import type { StoreQuery, StoreServer, StoreSetting } from '../../../lib/config/index.js';
import type { NewContent, OneValue } from '../../databases/index.js';
import type { Secrets } from '../store-connection.js';

/** A key and its values in the server's order. */
export interface StoreEntry {
  readonly key: string;
  readonly values: readonly string[];
}

/** Raised for something that this kind of store, or this database in it, cannot do; `hint` says what to do instead. */
export class StoreLacks extends Error {
  readonly hint: string | null;

  constructor(message: string, hint: string | null = null) {
    super(message);
    this.name = 'StoreLacks';
    this.hint = hint;
  }
}

/** The longest value that the pool of a store uses. */
const longestValue = 1 << 20;

/** Why the gateway would not use the value of an entry if it were in a store; null if it would. */
export function unusableInStore({ value }: OneValue): string | null {
  if (value === '') return 'it has no value';
  if (/[\0\r\n]/.test(value)) return 'its value contains a line end or a NUL';
  if (value.includes('\ufffd')) return 'its value is not UTF-8';
  return value.length > longestValue ? 'its value is too long' : null;
}

/**
 * The content of one database, over a connection of its own. One thing at a time. Every method rejects with the reason in
 * words, without secrets: with StoreLacks if it is not possible at all.
 */
export interface StoreContents {
  /** How many entries there are; null if the server would have to look at all of them. */
  count(): Promise<number | null>;
  /** All entries, in batches; rejects with StoreLacks if they cannot be listed. */
  entries(): AsyncIterable<readonly StoreEntry[]>;
  /**
   * Gives a key one value, or none if `make` returns null; `make` gets the values that it has, and may be called again. No change
   * of another process in between is lost. Returns the values it had.
   */
  change(key: string, make: (values: readonly string[]) => string | null): Promise<readonly string[]>;
  /** Begins to replace everything. With `severalValues` a key keeps all its values, if the server can hold them. */
  replace(severalValues: boolean): Promise<NewContent>;
  close(): void;
}

/** Connects to a server for the content of one database; gives up when `ends` is aborted. */
export type OpenContents<Settings extends StoreSetting, Query extends StoreQuery> = (
  server: StoreServer,
  given: { readonly settings: Settings & Secrets; readonly query: Query },
  ends: AbortSignal,
) => Promise<StoreContents>;
