/*
 * Entries of the databases of directory channels: as they are written, and where.
 */
import type { Span } from '../text/index.js';

/** An entry; in a compiled database both places are the file. */
export interface DirectoryEntryText {
  readonly channel: string;
  /** The pseudo domain, folded. */
  readonly domain: string;
  readonly key: string;
  readonly value: string;
  readonly keySpan: Span;
  readonly valueSpan: Span;
}

/** A rule reports so many entries: a whole database may be wrong. */
export const mostListed = 100;
