/*
 * The texts of wildcards for which the general database has a key: a key of an entry's template, such as `from:$0`, is compared with
 * every key that there is.
 * Ref: PMDF 5.3.2
 */
import { asciiDomain, unicodeKey } from '../../../address/index.js';
import { foldKey } from '../../../engine/index.js';
import type { ArgumentItem } from '../../../mapping/index.js';
import type { DatabaseContents } from '../database-contents.js';

/** The texts of wildcards, by their numbers. */
export type Captures = ReadonlyMap<number, string>;

/** With more keys than this nothing is said. */
const mostKeys = 5_000;

/** Every way in which items make a text. */
function* waysToMake(items: readonly ArgumentItem[], text: string, captures: Captures): Generator<Captures> {
  const [first, ...rest] = items;
  if (first === undefined) {
    if (text === '') yield captures;
    return;
  }
  switch (first.kind) {
    case 'case':
      yield* waysToMake(rest, text, captures);
      return;
    case 'literal': {
      const { length } = first.text;
      if (foldKey(text.slice(0, length)) === foldKey(first.text))
        yield* waysToMake(rest, text.slice(length), captures);
      return;
    }
    case 'capture': {
      const known = captures.get(first.capture);
      if (known !== undefined) {
        if (foldKey(text.slice(0, known.length)) === foldKey(known))
          yield* waysToMake(rest, text.slice(known.length), captures);
        return;
      }
      const shortest = rest.length === 0 ? text.length : 0;
      for (let length = shortest; length <= text.length; length += 1) {
        const more = new Map(captures).set(first.capture, text.slice(0, length));
        yield* waysToMake(rest, text.slice(length), more);
      }
    }
  }
}

/** With more labels beyond ASCII in a key than this nothing is said. */
const mostSpelled = 3;

/** The texts for which a key is found: itself, and those with A-labels in its domain; null where they are too many. */
function askedFor(key: string): readonly string[] | null {
  if (!/[^\x00-\x7f]/.test(key)) return [key];
  const domainAt = key.lastIndexOf('@') + 1;
  const spellings = key
    .slice(domainAt)
    .split('.')
    .map((label) => [...new Set([label, asciiDomain(label)])]);
  if (spellings.filter(({ length }) => length > 1).length > mostSpelled) return null;
  const domains = spellings.reduce<readonly (readonly string[])[]>(
    (before, labels) => before.flatMap((one) => labels.map((label) => [...one, label])),
    [[]],
  );
  const texts = domains.map((labels) => key.slice(0, domainAt) + labels.join('.'));
  return texts.filter((text) => text === key || foldKey(unicodeKey(text)) === foldKey(key));
}

/** Finds the wildcards' texts that make a key of the database; null where they are not known, or are too many. */
export function foundKeys(
  template: readonly ArgumentItem[],
  contents: DatabaseContents,
): readonly Captures[] | null {
  const entries = contents('general');
  if (entries === null) return null;
  const ways: Captures[] = [];
  for (const { key } of entries) {
    const asked = askedFor(key);
    if (asked === null) return null;
    for (const one of asked) {
      for (const captures of waysToMake(template, one, new Map())) {
        if (ways.length === mostKeys) return null;
        ways.push(captures);
      }
    }
  }
  return ways;
}
