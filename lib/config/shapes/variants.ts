/*
 * Shapes of mappings whose keys depend on one of them: on its word, or on whether it is there.
 */
import { choice } from './scalars.js';
import { below, type Shape, wrongType } from './shape.js';

/** A mapping whose key `by` holds one of some words, each of which has a shape of its own for the whole mapping. */
export function byWord<const W extends string, T>(
  by: string,
  shapes: { readonly [Word in W]: Shape<T> },
): Shape<T> {
  const isWord = (word: string): word is W => Object.hasOwn(shapes, word);
  const words = Object.keys(shapes).filter(isWord);
  const word = choice(words);
  return {
    schema: { anyOf: words.map((one) => shapes[one].schema) },
    read: (node, field) => {
      if (node.kind !== 'mapping') return wrongType(node, field, 'a mapping');
      const entry = node.entries.find(({ key }) => key === by);
      if (entry === undefined) {
        const message = `\`${field.path}\` has no \`${by}\``;
        const hint = `write \`${by}:\` and one of ${words.map((one) => `\`${one}\``).join(', ')}`;
        return field.findings.error(field.keySpan, field.findings.codes.missingKey, message, hint);
      }
      const read = word.read(entry.value, below(field, by, entry.keySpan));
      return read === undefined ? undefined : shapes[read].read(node, field);
    },
  };
}

/** A mapping that is of one shape if it has the key `by`, else of another. */
export function byKey<T>(by: string, having: Shape<T>, without: Shape<T>): Shape<T> {
  return {
    schema: { anyOf: [having.schema, without.schema] },
    read: (node, field) => {
      const has = node.kind === 'mapping' && node.entries.some(({ key }) => key === by);
      return has ? having.read(node, field) : without.read(node, field);
    },
  };
}
