/*
 * Languages as terms: what each is made of.
 */
import type { Partition } from './partitions.js';

/** What a language is made of. */
export type Shape =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'empty-text' }
  /** One character out of a class of a partition. */
  | { readonly kind: 'one'; readonly partition: Partition; readonly member: number }
  /** Fixed characters; at least one. Each code of the string is the number of a character. */
  | { readonly kind: 'text'; readonly characters: string }
  /** What may follow each of some characters; the empty text too if the language has it. */
  | { readonly kind: 'branch'; readonly next: ReadonlyMap<number, Language> }
  | { readonly kind: 'joined'; readonly first: Language; readonly rest: Language }
  | { readonly kind: 'repeated'; readonly of: Language }
  | { readonly kind: 'union' | 'intersection'; readonly of: readonly Language[] }
  | { readonly kind: 'complement'; readonly of: Language }
  /** Texts that with one more character are texts of a language. */
  | { readonly kind: 'before'; readonly of: Language; readonly character: number };

/** A set of texts. Two languages with one number are the same. */
export interface Language {
  readonly number: number;
  readonly shape: Shape;
  /** Whether it has the empty text. */
  readonly hasEmpty: boolean;
}
