/*
 * The entries for `pmdf db set DB -`, in the form of a text database. Ref: PMDF 3.2.5
 */

import type { Readable } from 'node:stream';
import { parseDatabaseLine } from '../../runtime/databases/index.js';
import { linesOf } from '../support/index.js';

/** A key and its new value. */
export interface Entry {
  readonly key: string;
  readonly value: string;
}

/** Reads the entries of a stream. Throws for the first wrong line, with its number. */
export async function readChanges(stream: Readable): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  let number = 0;
  for await (const text of linesOf(stream)) {
    number += 1;
    const line = parseDatabaseLine(text);
    switch (line.kind) {
      case 'nothing':
        break;
      case 'entry':
        entries.push({ key: line.key, value: line.value });
        break;
      case 'wrong':
        throw new Error(`line ${number}: ${line.message}`);
    }
  }
  return entries;
}
