/*
 * The databases of a configuration in full, as far as they are text: what `pmdf check` searches for hosts of channels.
 */
import type { Settings } from '../../lib/config/index.js';
import { SourceReader } from '../files/index.js';

/** Reads the text of every database; null when one is compiled, or cannot be read. A missing one holds nothing. */
export function databaseTexts({ databases }: Settings, folder: string): readonly string[] | null {
  const reader = new SourceReader(folder);
  const texts: string[] = [];
  for (const database of Object.values(databases)) {
    if (database === null) continue;
    if (/\.cdb$/i.test(database.file)) return null;
    const outcome = reader.read(database.file);
    if (outcome.kind === 'unreadable') return null;
    if (outcome.kind === 'read') texts.push(outcome.source.text);
  }
  return texts;
}
