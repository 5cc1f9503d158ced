/*
 * Tables of a mapping file, compiled entry by entry as the file is read: neither its lines nor its syntax tree are ever in
 * memory as a whole, several times the size of the tables. For files that were checked before: diagnostics are left out.
 */
import type { LogicalLine, Slices } from '../text/index.js';
import { indexTablesInSlices, type Mappings } from './compile-tables.js';
import { type CompiledEntry, EntryCompiler } from './entry-compiler.js';
import { FileParser } from './parse-file.js';
import { tablesAmong } from './syntax.js';

export class TableReader {
  readonly #compiler = new EntryCompiler();
  readonly #parser = new FileParser<CompiledEntry>((entry) => this.#compiler.compile(entry));

  read(line: LogicalLine): void {
    this.#parser.read(line);
  }

  /** Ends the file; the tables that were read. */
  *finishInSlices(): Slices<Mappings> {
    this.#parser.finish();
    return yield* indexTablesInSlices(tablesAmong(this.#parser.items));
  }
}
