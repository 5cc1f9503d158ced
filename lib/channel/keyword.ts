/*
 * What a channel keyword is: its names, its arguments, and the settings it decides.
 * Keywords that decide the same setting exclude each other; a compound keyword decides two settings at once.
 * Ref: PMDF 2.3.4
 */

/** The arguments of a keyword. Lists have as many words as fit; `hosts` has one or two. */
export type ArgumentShape =
  | { readonly kind: 'none' }
  | { readonly kind: 'word' }
  | { readonly kind: 'address' }
  | { readonly kind: 'host' }
  | { readonly kind: 'hosts' }
  | { readonly kind: 'channel' }
  | { readonly kind: 'integer'; readonly least: number; readonly most: number; readonly isOptional: boolean }
  | { readonly kind: 'integers' }
  | { readonly kind: 'addresses' }
  | { readonly kind: 'durations' };

export interface Keyword {
  /** Canonical, in lower case. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly arguments: ArgumentShape;
  /** The settings it decides: one, or two for a compound keyword, in the order of `halves`. */
  readonly settings: readonly string[];
  /** The two keywords that a compound keyword means. */
  readonly halves: readonly string[];
  /** In force unless the configuration says otherwise. */
  readonly isDefault: boolean;
  /** One sentence. */
  readonly meaning: string;
  /** Whether this product honours the keyword; the others are read and kept. */
  readonly honoured: 'yes' | 'no';
  /** What mail goes without because the keyword is not honoured; null where nothing is missed. */
  readonly lacks: Lack | null;
}

/** Kinds of features that keywords request and that do not exist here. */
export type Lack = 'filters' | 'senders' | 'limits' | 'directory' | 'credentials' | 'addresses' | 'others';

type Extra = Partial<Pick<Keyword, 'aliases' | 'arguments' | 'isDefault' | 'halves'>>;

/** Name, meaning, and what is special about a keyword. */
export type KeywordRow = readonly [name: string, meaning: string, extra?: Extra];

export const word: ArgumentShape = { kind: 'word' };
export const address: ArgumentShape = { kind: 'address' };
export const host: ArgumentShape = { kind: 'host' };
export const channel: ArgumentShape = { kind: 'channel' };
export const integers: ArgumentShape = { kind: 'integers' };
export const durations: ArgumentShape = { kind: 'durations' };

/** The shape of one integer, limits included. */
export function integer(least = 0, most = Number.MAX_SAFE_INTEGER): ArgumentShape {
  return { kind: 'integer', least, most, isOptional: false };
}

/** The shape of one integer that may be left out. */
export function optionalInteger(least: number, most: number): ArgumentShape {
  return { kind: 'integer', least, most, isOptional: true };
}

function keyword(
  [name, meaning, extra = {}]: KeywordRow,
  settings: string[],
  honoured: 'yes' | 'no',
): Keyword {
  return {
    name,
    aliases: extra.aliases ?? [],
    arguments: extra.arguments ?? { kind: 'none' },
    settings,
    halves: extra.halves ?? [],
    isDefault: extra.isDefault ?? false,
    meaning,
    honoured,
    lacks: null,
  };
}

/** Makes the keywords that exclude each other, because each decides `setting`. */
export function oneOf(setting: string, honoured: 'yes' | 'no', rows: readonly KeywordRow[]): Keyword[] {
  return rows.map((row) => keyword(row, [setting], honoured));
}

/** Makes the compound keywords: each means one keyword of each of two settings. */
export function bothOf(
  settings: readonly [string, string],
  honoured: 'yes' | 'no',
  rows: readonly KeywordRow[],
): Keyword[] {
  return rows.map((row) => keyword(row, [...settings], honoured));
}

/** Makes keywords that exclude no other: each decides a setting of its own name. */
export function alone(honoured: 'yes' | 'no', rows: readonly KeywordRow[]): Keyword[] {
  return rows.map((row) => keyword(row, [row[0]], honoured));
}

/** Says of keywords that are not honoured what mail goes without. */
export function lacks(lack: Lack, keywords: readonly Keyword[]): Keyword[] {
  return keywords.map((one) => ({ ...one, lacks: lack }));
}
