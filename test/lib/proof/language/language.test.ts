/*
 * Languages against a slow model: terms made at random, and every text up to a length asked of both.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { numberOf } from '../../../../lib/proof/language/characters.js';
import { findText } from '../../../../lib/proof/language/find-text.js';
import { type Language, Languages } from '../../../../lib/proof/language/language.js';

const letters = ['a', 'b', '.', '|'];
const longest = 4;

function textsUpTo(length: number): string[] {
  const found = [''];
  for (const text of found) if (text.length < length) for (const letter of letters) found.push(text + letter);
  return found;
}

const texts = textsUpTo(longest);

/** What a language is made of. */
type Term =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'oneOf'; readonly of: readonly string[] }
  | { readonly kind: 'anyField' }
  | { readonly kind: 'repeated' | 'complement' | 'optional'; readonly of: Term }
  | { readonly kind: 'before'; readonly of: Term; readonly letter: string }
  | { readonly kind: 'joined' | 'union' | 'intersection'; readonly of: readonly Term[] };

const { term } = fc.letrec<{ term: Term }>((tie) => {
  const one = tie('term');
  const several = fc.array(one, { minLength: 2, maxLength: 4 });
  const fixed = fc.record({
    kind: fc.constant('text' as const),
    text: fc.array(fc.constantFrom(...letters), { maxLength: 3 }).map((all) => all.join('')),
  });
  return {
    term: fc.oneof(
      { maxDepth: 4 },
      { arbitrary: fixed, weight: 4 },
      fc.record({ kind: fc.constant('oneOf' as const), of: fc.uniqueArray(fc.constantFrom(...letters)) }),
      fc.constant<Term>({ kind: 'anyField' }),
      fc.record({ kind: fc.constantFrom('repeated', 'complement', 'optional'), of: one }),
      fc.record({ kind: fc.constant('before' as const), of: one, letter: fc.constantFrom(...letters) }),
      {
        arbitrary: fc.record({ kind: fc.constantFrom('joined', 'union', 'intersection'), of: several }),
        weight: 4,
      },
    ),
  };
});

function languageOf(languages: Languages, one: Term): Language {
  const of = (part: Term) => languageOf(languages, part);
  switch (one.kind) {
    case 'text':
      return languages.text(one.text);
    case 'oneOf':
      return languages.oneOf(one.of.map(numberOf));
    case 'anyField':
      return languages.anyField;
    case 'repeated':
    case 'complement':
    case 'optional':
      return languages[one.kind](of(one.of));
    case 'before':
      return languages.before(of(one.of), numberOf(one.letter));
    case 'joined':
      return languages.joined(...one.of.map(of));
    case 'union':
    case 'intersection':
      return languages[one.kind](one.of.map(of));
  }
}

/** Whether a text is in the language of a term, by its definition. */
function has(one: Term, text: string): boolean {
  const cuts = Array.from({ length: text.length + 1 }, (_, at) => at);
  switch (one.kind) {
    case 'text':
      return text === one.text;
    case 'oneOf':
      return one.of.includes(text);
    case 'anyField':
      return !text.includes('|');
    case 'repeated':
      return (
        text === '' || cuts.slice(1).some((at) => has(one.of, text.slice(0, at)) && has(one, text.slice(at)))
      );
    case 'complement':
      return !has(one.of, text);
    case 'optional':
      return text === '' || has(one.of, text);
    case 'before':
      return has(one.of, text + one.letter);
    case 'joined': {
      const [first, ...rest] = one.of;
      if (first === undefined) return text === '';
      return cuts.some(
        (at) => has(first, text.slice(0, at)) && has({ kind: 'joined', of: rest }, text.slice(at)),
      );
    }
    case 'union':
      return one.of.some((part) => has(part, text));
    case 'intersection':
      return one.of.every((part) => has(part, text));
  }
}

describe('languages', () => {
  it('have the texts that their terms say, and a shortest one is found', () => {
    fc.assert(
      fc.property(term, (one) => {
        const work = { left: 200_000 };
        const languages = new Languages(work);
        const language = languageOf(languages, one);
        for (const text of texts) assert.equal(languages.has(language, text), has(one, text), text);
        const shortest = texts.find((text) => has(one, text));
        // The model knows these letters alone.
        const inLetters = languages.repeated(languages.oneOf(letters.map(numberOf)));
        const found = findText(languages, languages.intersection([language, inLetters]), work);
        if (shortest === undefined) assert.ok(found === null || found.length > longest);
        else {
          assert.equal(found?.length, shortest.length);
          assert.ok(languages.has(language, found ?? ''));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('take no more work at a character for thousands of texts than for one', () => {
    const work = { left: 1_000_000 };
    const languages = new Languages(work);
    const made = (count: number): Language =>
      languages.union(
        Array.from({ length: count }, (_, at) =>
          languages.joined(languages.anyField, languages.text(`@spam${at}.example`)),
        ),
      );
    const many = made(5_000);
    const before = work.left;
    assert.ok(languages.has(many, 'somebody@spam4711.example'));
    assert.ok(!languages.has(many, 'somebody@spam5000.example'));
    assert.ok(before - work.left < 1_000, `${before - work.left} steps`);
  });
});
