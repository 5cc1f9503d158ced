/*
 * The parts of a union by what they begin with: fixed characters, or another language.
 */
import type { Language } from './shape.js';

/** Fixed characters from a place on, at least one, and what follows them. */
export interface Beginning {
  readonly characters: string;
  readonly at: number;
  readonly rest: Language;
}

export interface UnionParts {
  readonly hasEmpty: boolean;
  readonly beginnings: readonly Beginning[];
  readonly branches: readonly ReadonlyMap<number, Language>[];
  /** What follows each beginning that is not fixed; the language of the empty text where nothing does. */
  readonly followers: ReadonlyMap<Language, ReadonlySet<Language>>;
}

/** Sorts the parts of a union; `emptyText` is the language of the empty text alone. */
export function partsOf(
  given: readonly Beginning[],
  languages: Iterable<Language>,
  emptyText: Language,
): UnionParts {
  const beginnings = [...given];
  const branches = new Set<ReadonlyMap<number, Language>>();
  const followers = new Map<Language, Set<Language>>();
  let hasEmpty = false;
  const follow = (first: Language, rest: Language): void => {
    const known = followers.get(first);
    if (known === undefined) followers.set(first, new Set([rest]));
    else known.add(rest);
  };
  const add = (one: Language): void => {
    const { shape } = one;
    switch (shape.kind) {
      case 'nothing':
        return;
      case 'empty-text':
        hasEmpty = true;
        return;
      case 'text':
        beginnings.push({ characters: shape.characters, at: 0, rest: emptyText });
        return;
      case 'branch':
        hasEmpty ||= one.hasEmpty;
        branches.add(shape.next);
        return;
      case 'union':
        for (const part of shape.of) add(part);
        return;
      case 'joined': {
        const { first, rest } = shape;
        if (first.shape.kind === 'text') {
          beginnings.push({ characters: first.shape.characters, at: 0, rest });
        } else follow(first, rest);
        return;
      }
      case 'one':
      case 'repeated':
      case 'intersection':
      case 'complement':
      case 'before':
        follow(one, emptyText);
    }
  };
  for (const one of languages) add(one);
  return { hasEmpty, beginnings, branches: [...branches], followers };
}
