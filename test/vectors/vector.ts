/*
 * Vector files: a JSON list of objects with `id`, `area`, `input`, `expected` and `source`. `as` in the input names another vector of
 * the file, whose input is taken as far as the vector has none of its own. A file that is not such a
 * list, and an item that is not a vector, become broken vectors, each with its reason: they count as failed and are
 * never skipped.
 */
import { isList, isObject, type Json, type JsonObject } from './json.js';

/** One vector: the input, and the expected output. */
export interface Vector {
  readonly kind: 'vector';
  readonly id: string;
  readonly area: string;
  readonly input: JsonObject;
  readonly expected: JsonObject;
}

/** An item, or a whole file, that cannot be run. */
export interface BrokenVector {
  readonly kind: 'broken';
  readonly id: string;
  readonly reason: string;
}

/** Something in a vector that its area cannot understand; the vector fails with this message. */
export class VectorProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VectorProblem';
  }
}

function readItem(item: Json, index: number): Vector | BrokenVector {
  const place = `item ${index + 1}`;
  if (!isObject(item)) return { kind: 'broken', id: place, reason: 'a vector is an object' };
  const { id, area, input, expected } = item;
  const name = typeof id === 'string' && id !== '' ? id : place;
  const broken = (reason: string): BrokenVector => ({ kind: 'broken', id: name, reason });
  if (typeof area !== 'string') return broken('`area` must be a text');
  if (!isObject(input)) return broken('`input` must be an object');
  if (!isObject(expected)) return broken('`expected` must be an object');
  return { kind: 'vector', id: name, area, input, expected };
}

/** The input of a vector with that of the vector that it names by `as`, which may name one before it. */
function withNamed(vectors: readonly (Vector | BrokenVector)[]): readonly (Vector | BrokenVector)[] {
  const inputs = new Map<string, JsonObject>();
  return vectors.map((one) => {
    if (one.kind === 'broken') return one;
    const { as: name, ...own } = one.input;
    const named = typeof name === 'string' ? inputs.get(name) : undefined;
    const vector = named === undefined ? one : { ...one, input: { ...named, ...own } };
    inputs.set(vector.id, vector.input);
    return vector;
  });
}

/** Reads the text of a vector file; never throws. */
export function readVectors(text: string, fileName: string): readonly (Vector | BrokenVector)[] {
  const broken = (reason: string): readonly BrokenVector[] => [{ kind: 'broken', id: fileName, reason }];
  let content: Json;
  try {
    content = JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch (error) {
    return broken(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return isList(content) ? withNamed(content.map(readItem)) : broken('a vector file is a JSON list');
}
