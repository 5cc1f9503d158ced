/*
 * A database in a store. Keys are folded as in files. Where a value is a list of addresses, several values of a key are one
 * list; elsewhere the first one counts.
 */
import type { StoreQuery } from '../../lib/config/index.js';
import {
  andThen,
  type DatabaseName,
  type Eventual,
  foldKey,
  found,
  type LookupAnswer,
  type ValuesAnswer,
} from '../../lib/engine/index.js';
import type { Database, DirectoryDatabase } from '../databases/index.js';
import type { StorePool } from './store-pool.js';

/** What answers with all values of a key; never throws or rejects. */
export interface StoreSource {
  values(key: string): Eventual<ValuesAnswer>;
}

/** A query to a pool, as often as it is asked. */
export function storeSource(pool: StorePool, query: StoreQuery): StoreSource {
  const asked = JSON.stringify(query);
  return { values: (key) => pool.values(query, asked, foldKey(key)) };
}

/** Whether the values of a database are lists of addresses, so that several of them are one. */
export function hasLists(name: string): boolean {
  return name === 'alias' || name === 'forward';
}

/** The database `name` of a configuration. */
export function storeDatabase(name: DatabaseName, source: StoreSource): Database {
  const oneValue = (values: readonly string[]) => (hasLists(name) ? values.join(', ') : (values[0] ?? ''));
  return {
    connects: true,
    get: (key) =>
      andThen(
        source.values(key),
        (answer): LookupAnswer => (answer.kind === 'values' ? found(oneValue(answer.values)) : answer),
      ),
    close: () => undefined,
  };
}

/** The database of a pseudo domain of a directory channel, in which a key may have several values. */
export function storeDirectory(source: StoreSource): DirectoryDatabase {
  return {
    connects: true,
    values: (key, most) =>
      andThen(source.values(key), (answer) =>
        answer.kind === 'values' ? { ...answer, values: answer.values.slice(0, most) } : answer,
      ),
  };
}
