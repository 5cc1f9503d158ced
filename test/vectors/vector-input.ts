/*
 * The `input` of a vector, read field by field. A malformed field, or one that was not read, is a problem: a vector
 * must never pass while part of its question was ignored. The field `note` is for people.
 */
import { isList, isObject, isTexts, type Json, type JsonObject } from './json.js';
import { VectorProblem } from './vector.js';

/** A pattern and a template of a mapping table, quoted as in a file. */
export type Pair = readonly [pattern: string, template: string];

function shown(value: Json): string {
  return JSON.stringify(value);
}

/** Splits an entry written as one line at its first blank without a dollar before it. */
function pairOfLine(line: string): Pair {
  const text = line.trim();
  let end = 0;
  while (end < text.length && !/\s/.test(text.charAt(end))) end += text.charAt(end) === '$' ? 2 : 1;
  return [text.slice(0, end), text.slice(end).trimStart()];
}

function pairOf(value: Json): Pair | undefined {
  if (typeof value === 'string') return pairOfLine(value);
  if (!isTexts(value)) return undefined;
  const [pattern, template = '', ...more] = value;
  return pattern === undefined || more.length > 0 ? undefined : [pattern, template];
}

export class VectorInput {
  readonly #fields: JsonObject;
  readonly #path: string;
  readonly #read = new Set(['note']);
  readonly #sections: VectorInput[] = [];

  constructor(fields: JsonObject, path = 'input') {
    this.#fields = fields;
    this.#path = path;
  }

  #take(key: string): Json | undefined {
    this.#read.add(key);
    return Object.hasOwn(this.#fields, key) ? this.#fields[key] : undefined;
  }

  #problem(key: string, wanted: string, value: Json | undefined): VectorProblem {
    const came = value === undefined ? 'it is missing' : `not ${shown(value)}`;
    return new VectorProblem(`\`${this.#path}.${key}\` must be ${wanted}, ${came}`);
  }

  /** Tells whether a field exists, without reading it. */
  has(key: string): boolean {
    return Object.hasOwn(this.#fields, key);
  }

  /** The first of several names that exists. */
  nameAmong(...keys: readonly string[]): string | undefined {
    return keys.find((key) => this.has(key));
  }

  /** Any value; undefined if it is missing. */
  value(key: string): Json | undefined {
    return this.#take(key);
  }

  text(key: string): string {
    const value = this.#take(key);
    if (typeof value !== 'string') throw this.#problem(key, 'a text', value);
    return value;
  }

  /** A text; null or a missing field means none. */
  textOrNull(key: string): string | null {
    const value = this.#take(key);
    if (value === undefined || value === null) return null;
    if (typeof value !== 'string') throw this.#problem(key, 'a text or null', value);
    return value;
  }

  /** A text, or the one given when the field is missing. */
  textOr(key: string, otherwise: string): string {
    return this.has(key) ? this.text(key) : otherwise;
  }

  /** Texts: a list, or a single one; none when the field is missing. */
  texts(key: string): readonly string[] {
    const value = this.#take(key);
    if (value === undefined || value === null) return [];
    if (typeof value === 'string') return [value];
    if (!isTexts(value)) throw this.#problem(key, 'a list of texts', value);
    return value;
  }

  /** The words of a text or of a list of texts. */
  words(key: string): readonly string[] {
    return this.texts(key).flatMap((text) => text.split(/\s+/).filter((word) => word !== ''));
  }

  /** True or false, also written 1 or 0; false when the field is missing. */
  flag(key: string): boolean {
    const value = this.#take(key);
    if (value === undefined || value === false || value === 0) return false;
    if (value === true || value === 1) return true;
    throw this.#problem(key, 'true or false', value);
  }

  number(key: string, otherwise: number): number {
    const value = this.#take(key);
    if (value === undefined) return otherwise;
    if (typeof value !== 'number') throw this.#problem(key, 'a number', value);
    return value;
  }

  /** The entries of a mapping table. */
  pairs(key: string): readonly Pair[] {
    const value = this.#take(key);
    const pairs = isList(value) ? value.map(pairOf) : [undefined];
    const sound = pairs.filter((pair) => pair !== undefined);
    if (sound.length < pairs.length) {
      throw this.#problem(key, 'a table, a list of [pattern, template]', value);
    }
    return sound;
  }

  /** A database: texts by key, a list as one text with commas; undefined when the field is missing or null. */
  database(key: string): ReadonlyMap<string, string> | undefined {
    const value = this.#take(key);
    if (value === undefined || value === null) return undefined;
    const entries = isObject(value) ? Object.entries(value) : [];
    const texts = entries.flatMap(([name, text]) => {
      if (typeof text === 'string') return [[name, text] as const];
      return isTexts(text) ? [[name, text.join(', ')] as const] : [];
    });
    if (!isObject(value) || texts.length < entries.length) {
      throw this.#problem(key, 'a database, an object of texts', value);
    }
    return new Map(texts);
  }

  /** An object inside; undefined when the field is missing or null. */
  section(key: string): VectorInput | undefined {
    const value = this.#take(key);
    if (value === undefined || value === null) return undefined;
    if (!isObject(value)) throw this.#problem(key, 'an object', value);
    const section = new VectorInput(value, `${this.#path}.${key}`);
    this.#sections.push(section);
    return section;
  }

  /** The names of the fields that have not been read. */
  unread(): readonly string[] {
    return Object.keys(this.#fields).filter((key) => !this.#read.has(key));
  }

  /** Throws when something was not read, inside objects too. */
  requireAllRead(): void {
    for (const section of this.#sections) section.requireAllRead();
    const unread = this.unread();
    if (unread.length === 0) return;
    const names = unread.map((key) => `\`${this.#path}.${key}\``).join(', ');
    throw new VectorProblem(`this area does not know what ${names} means`);
  }
}
