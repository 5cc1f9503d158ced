/*
 * What databases contain, as far as it can be read whole.
 */
import type { DatabaseName } from '../../engine/index.js';

/** One entry; values are as written. */
export interface ContentsEntry {
  readonly key: string;
  readonly value: string;
}

/** Gives the entries of a database, to be gone through once or more; null for one that cannot be read whole, such as one on a server. */
export type DatabaseContents = (database: DatabaseName) => Iterable<ContentsEntry> | null;

/** Where nothing is known of any. */
export const nothingRead: DatabaseContents = () => null;
