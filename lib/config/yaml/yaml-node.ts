/*
 * A YAML document as a tree in which every value has its place.
 * Ref: YAML 1.2 3.2.1
 */
import type { Span } from '../../text/index.js';

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/** From index `start` on, the characters of the text are those from `offset` of the file on, one for one. */
export interface ScalarPiece {
  readonly start: number;
  readonly offset: number;
}

/** A scalar: `value` by the core schema, `text` without quotes, escapes and folds. */
export interface YamlScalar {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly text: string;
  readonly style: ScalarStyle;
  /** Includes the quotes; of a block, from its first to its last character; empty when nothing is written. */
  readonly span: Span;
  /** At least one, the first with `start` 0. */
  readonly pieces: readonly ScalarPiece[];
}

export interface YamlSequence {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
  readonly span: Span;
}

/** One key of a mapping; `key` is the text of the scalar, whatever its type. */
export interface YamlEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly keyScalar: YamlScalar;
  readonly value: YamlNode;
}

/** A mapping: entries in file order, no key twice. */
export interface YamlMapping {
  readonly kind: 'mapping';
  readonly entries: readonly YamlEntry[];
  readonly span: Span;
}

export type YamlNode = YamlScalar | YamlSequence | YamlMapping;
