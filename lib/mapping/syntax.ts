/*
 * The syntax tree of a mapping file: comments and tables in order, tables of entries, entries of a pattern and a
 * template. It says what was written, not what it does; every element knows its place.
 * Ref: PMDF 5.2, 5.3
 */
import type { LdapTemplate, Letters } from '../ldap/index.js';
import type { Span } from '../text/index.js';
import type { RoutineCall } from './routines/index.js';

/** A comment line, `!` included. */
export interface Comment {
  readonly kind: 'comment';
  readonly text: string;
  readonly span: Span;
}

/** A mapping file: its contents, in order. */
export interface MappingFile {
  readonly items: readonly (Comment | MappingTable)[];
}

/** A table; `span` is its name. `comments` follow the last entry, others belong to the entry after them. */
export interface MappingTable {
  readonly kind: 'table';
  readonly name: string;
  readonly span: Span;
  readonly entries: readonly Entry[];
  readonly comments: readonly Comment[];
}

/** An entry; `patternText` and `templateText` are as written, with their quoting. */
export interface Entry {
  readonly pattern: MappingPattern;
  readonly template: MappingTemplate;
  readonly patternText: string;
  readonly templateText: string;
  readonly span: Span;
  readonly comments: readonly Comment[];
}

/** The letters that name a class of characters after a dollar in a pattern. */
export type ClassLetter = 'A' | 'B' | 'D' | 'H' | 'O' | 'S' | 'T' | 'X';

/** A range of a set, both ends included, as code points. */
export interface CharacterRange {
  readonly from: number;
  readonly to: number;
}

/** Which characters a wildcard matches: any, those of a glob such as `$D`, or those of a set `$[...]`. */
export type CharacterClass =
  | { readonly kind: 'any' }
  | { readonly kind: 'named'; readonly letter: ClassLetter }
  | { readonly kind: 'set'; readonly ranges: readonly CharacterRange[] };

/** How an address glob is written: `$<v4/n>` leaves out the low n bits, the others compare the high n bits. */
export type AddressForm = 'ipv4-low' | 'ipv4' | 'ipv6';

/** An element of a pattern. What is `saved` gets a number, from 0, that a template can name. */
export type PatternElement =
  /** Text that matches itself, without quoting; two literals are never adjacent. */
  | { readonly kind: 'literal'; readonly text: string; readonly span: Span }
  /** Exactly one character: `%`, `$D%`. */
  | { readonly kind: 'single'; readonly of: CharacterClass; readonly saved: boolean; readonly span: Span }
  /** Any number of characters: `*`, `$_*`, `$D*`. */
  | {
      readonly kind: 'run';
      readonly of: CharacterClass;
      readonly lazy: boolean;
      readonly saved: boolean;
      readonly span: Span;
    }
  /** The text of an earlier wildcard again: `$0*`. */
  | { readonly kind: 'back-match'; readonly capture: number; readonly saved: boolean; readonly span: Span }
  /** An IP address out of a network; `address` is as written. */
  | {
      readonly kind: 'address';
      readonly form: AddressForm;
      readonly address: string;
      readonly bits: number;
      readonly saved: boolean;
      readonly span: Span;
    };

/** A pattern, element by element. */
export type MappingPattern = readonly PatternElement[];

/** How a mapping continues after an entry: end, next entry, next entry and once more, first entry. */
export type Control = 'E' | 'C' | 'L' | 'R';

/** What the argument of a look-up is made of. */
export type ArgumentItem =
  | { readonly kind: 'literal'; readonly text: string; readonly span: Span }
  | { readonly kind: 'capture'; readonly capture: number; readonly span: Span }
  | { readonly kind: 'case'; readonly to: 'lower' | 'upper' | 'original'; readonly span: Span };

/** The text of a wildcard in an LDAP URL, and its case. */
export interface WildcardValue {
  readonly capture: number;
  readonly letters: Letters;
}

export type TemplateItem =
  | ArgumentItem
  /** `$=`: what is put in from now on is quoted for an LDAP filter, until `$_`. */
  | { readonly kind: 'filter-quoting'; readonly span: Span }
  /** `$?x?`: the entry succeeds x percent of the time. */
  | { readonly kind: 'chance'; readonly percent: number; readonly span: Span }
  /** `$:f` and `$;f`: the entry succeeds only if an input flag is set, or clear. */
  | { readonly kind: 'input-flag'; readonly flag: string; readonly set: boolean; readonly span: Span }
  /** `${key}`: what the general database has for the key. */
  | { readonly kind: 'database'; readonly key: readonly ArgumentItem[]; readonly span: Span }
  /** `$|table;argument|`: the result of another table for the argument. */
  | {
      readonly kind: 'sub-table';
      readonly table: string;
      readonly argument: readonly ArgumentItem[];
      readonly span: Span;
    }
  /** `$[image,routine,argument]`: what a routine gives; `call` is as written, `run` null where it is not supported. */
  | {
      readonly kind: 'routine';
      readonly call: readonly ArgumentItem[];
      readonly run: RoutineCall | null;
      readonly span: Span;
    }
  /** `$]url[`: the first value that a search has; `url` is as written. */
  | {
      readonly kind: 'ldap';
      readonly url: readonly ArgumentItem[];
      readonly search: LdapTemplate<WildcardValue>;
      readonly span: Span;
    }
  /** `$}domain,attribute{`; not supported. */
  | { readonly kind: 'domain-attribute'; readonly text: string; readonly span: Span }
  /** `$#file|radix|width|modulus#`: the next number of a sequence file. */
  | {
      readonly kind: 'sequence';
      readonly file: string;
      readonly radix: number;
      readonly width: number;
      readonly modulus: number | null;
      readonly span: Span;
    }
  | { readonly kind: 'control'; readonly control: Control; readonly span: Span }
  /** `$+1E`: end at once, the rest of the template is not read. */
  | { readonly kind: 'stop'; readonly span: Span }
  /** A flag for the caller, upper-case. */
  | { readonly kind: 'flag'; readonly flag: string; readonly span: Span };

/** A template, item by item. */
export type MappingTemplate = readonly TemplateItem[];

/** The tables among the items of a file, in order. */
export function tablesAmong<T extends { readonly kind: 'table' }>(items: readonly (Comment | T)[]): T[] {
  return items.filter((item) => item.kind === 'table');
}

/** The tables of a file, in order. */
export function tablesOf(file: MappingFile): MappingTable[] {
  return tablesAmong(file.items);
}
