/*
 * Reads text databases whole, for the proof and the lint: every one that the gateway itself would open, each once.
 */
import { readSourceFile, SourceReader } from '../files/index.js';
import { largestTextDatabase } from './text-database.js';

/** Reads a file by its name in the configuration. */
export type DatabaseReader = Pick<SourceReader, 'read'>;

/** A reader for a folder, the path of config/pmdf. */
export function databaseReader(folder: string): DatabaseReader {
  const reader: SourceReader = new SourceReader(
    folder,
    (path, { name, shortName }) =>
      reader.outcomes.get(path) ?? readSourceFile(path, shortName, name, largestTextDatabase),
  );
  return reader;
}
