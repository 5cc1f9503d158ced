/*
 * A configuration file as text, and stretches of it.
 */

/** One file of the configuration, already read; `name` is for people, `shortName` names entries (`mappings:14`). */
export interface SourceFile {
  readonly name: string;
  readonly shortName: string;
  readonly text: string;
  /** The `<` line that included this file, if one did. */
  readonly includedFrom?: Span;
}

/** A stretch of one file: offset and length in UTF-16 units. */
export interface Span {
  readonly source: SourceFile;
  readonly offset: number;
  readonly length: number;
}

/** The place of a whole file, for a message without an excerpt. */
export function spanOfFile({ name, shortName }: Pick<SourceFile, 'name' | 'shortName'>): Span {
  return { source: { name, shortName, text: '' }, offset: 0, length: 0 };
}

/** The start of a file, for a message about the whole file. */
export function startOf(source: SourceFile): Span {
  return { source, offset: 0, length: 0 };
}
