/*
 * The syntax tree of an alias file: comments and aliases in order, an alias with its values. It says what was written,
 * not what it does; every element knows its place.
 * Ref: PMDF 3.1.1
 */
import type { Span } from '../text/index.js';

/** A comment line, `!` included. */
export interface Comment {
  readonly kind: 'comment';
  readonly text: string;
  readonly span: Span;
}

/** An address of an alias, without angle brackets and without the phrase before them. */
export interface AliasAddress {
  readonly kind: 'address';
  readonly text: string;
  /** The value as written, where that is more than the address. */
  readonly written?: string;
  readonly span: Span;
}

/** A list file, `<file`, with the addresses that were read from it. */
export interface AliasList {
  readonly kind: 'list';
  readonly file: string;
  readonly addresses: readonly AliasAddress[];
  readonly span: Span;
}

/** A named parameter of a mailing list, `[NAME] value`; read and reported, since none is provided. */
export interface AliasParameter {
  readonly kind: 'parameter';
  readonly name: string;
  readonly value: string;
  readonly span: Span;
}

export type AliasValue = AliasAddress | AliasList | AliasParameter;

/** An alias; `name` is what it is called without quotes, `span` is the place of the name. */
export interface Alias {
  readonly kind: 'alias';
  readonly name: string;
  readonly values: readonly AliasValue[];
  readonly span: Span;
}

/** An alias file: its items in order. */
export interface AliasFile {
  readonly items: readonly (Comment | Alias)[];
}

/** The aliases of a file, in order. */
export function aliasesOf(file: AliasFile): Alias[] {
  return file.items.filter((item) => item.kind === 'alias');
}
