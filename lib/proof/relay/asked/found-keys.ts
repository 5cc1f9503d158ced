/*
 * The texts of wildcards for which the general database has a key: a key of an entry's template, such as `from:$0`, is compared with
 * every key that there is.
 * Ref: PMDF 5.3.2
 */
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
      if (text.slice(0, length).toLowerCase() === first.text.toLowerCase())
        yield* waysToMake(rest, text.slice(length), captures);
      return;
    }
    case 'capture': {
      const known = captures.get(first.capture);
      if (known !== undefined) {
        if (text.slice(0, known.length).toLowerCase() === known.toLowerCase())
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

/** Finds the wildcards' texts that make a key of the database; null where they are not known, or are too many. */
export function foundKeys(
  template: readonly ArgumentItem[],
  contents: DatabaseContents,
): readonly Captures[] | null {
  const entries = contents('general');
  if (entries === null) return null;
  const ways: Captures[] = [];
  for (const { key } of entries) {
    for (const captures of waysToMake(template, key, new Map())) {
      if (ways.length === mostKeys) return null;
      ways.push(captures);
    }
  }
  return ways;
}
