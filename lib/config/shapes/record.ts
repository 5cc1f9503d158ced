/*
 * Shapes of mappings with known keys. Without a value a mapping has the defaults of its keys.
 */
import { nearest } from '../../text/index.js';
import type { YamlEntry, YamlMapping, YamlNode } from '../yaml/yaml-node.js';
import type { KeyTree, Schema } from './schema.js';
import {
  below,
  type DescribedKey,
  type Field,
  isNothing,
  type Key,
  quoted,
  type Shape,
  spanOfValue,
  wrongType,
} from './shape.js';

/** Above this number a hint does not list the known keys. */
const mostListedKeys = 15;

/** A setting: a key with a default. */
export function setting<T>(
  shape: Shape<T>,
  value: NoInfer<T>,
  about: string,
  more: Pick<Key<T>, 'see' | 'defaultText'> = {},
): Key<T> {
  return { shape, about, fallback: { value }, isSetting: true, ...more };
}

/** A key that may be left out; its value is then null. */
export function optional<T>(shape: Shape<T>, about = ''): Key<T | null> {
  return { shape, about, fallback: { value: null }, isSetting: false };
}

export function defaulting<T>(shape: Shape<T>, value: NoInfer<T>, about: string): Key<T> {
  return { shape, about, fallback: { value }, isSetting: false };
}

/** A key that must be there; `hint` says what to write when it is not. */
export function required<T>(shape: Shape<T>, about: string, hint?: string): Key<T> {
  return { shape, about, fallback: null, isSetting: false, ...(hint === undefined ? {} : { hint }) };
}

/** Finds the section that has a key: its name, `` for the top level. */
function homeOf(key: string, allKeys: KeyTree): string | undefined {
  if (allKeys.has(key)) return '';
  return [...allKeys].find(([, keys]) => keys.has(key))?.[0];
}

function unknownKeyHint(
  key: string,
  { findings, path }: Field,
  known: readonly string[],
): string | undefined {
  const near = nearest(key, known);
  if (near !== undefined) return `did you mean \`${near}\`?`;
  const home = homeOf(key, findings.allKeys);
  if (home === '') return `\`${key}\` belongs at the top level`;
  if (home !== undefined && !path.startsWith(home)) return `\`${key}\` belongs under \`${home}\``;
  if (known.length < 2 || known.length > mostListedKeys) return undefined;
  return `known keys: ${known.map((one) => `\`${one}\``).join(', ')}`;
}

/** The entries of a mapping by their keys; keys that are not known are reported. */
function knownEntries(
  mapping: YamlMapping,
  field: Field,
  known: readonly string[],
  hints: ReadonlyMap<string, string>,
): ReadonlyMap<string, YamlEntry> {
  const entries = new Map<string, YamlEntry>();
  for (const entry of mapping.entries) {
    if (known.includes(entry.key)) {
      entries.set(entry.key, entry);
      continue;
    }
    const what = field.path === '' ? 'key' : `key of \`${field.path}\``;
    const hint = hints.get(entry.key) ?? unknownKeyHint(entry.key, field, known);
    const { codes } = field.findings;
    field.findings.error(entry.keySpan, codes.unknownKey, `unknown ${what}: ${quoted(entry.key)}`, hint);
  }
  return entries;
}

/** `aliasDepth` as YAML has it: `alias_depth`. */
export function writtenName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function keySchema({ shape, about, fallback, isSetting }: Key<unknown>): Schema {
  const hasDefault = isSetting && shape.keys === undefined && fallback?.value !== null;
  return { description: about, ...shape.schema, ...(hasDefault ? { default: fallback?.value } : {}) };
}

function mappingSchema(keys: readonly DescribedKey[]): Schema {
  const needed = keys.filter(({ key }) => key.fallback === null).map(({ name }) => name);
  return {
    type: needed.length > 0 ? 'object' : ['object', 'null'],
    additionalProperties: false,
    ...(needed.length > 0 ? { required: needed } : {}),
    properties: Object.fromEntries(keys.map(({ name, key }) => [name, keySchema(key)])),
  };
}

/** A key for each field of T. */
export type Keys<T> = { readonly [N in keyof T]: Key<T[N]> };

/** A mapping with known keys. */
export interface RecordShape<T> extends Shape<T> {
  readonly keys: readonly DescribedKey[];
  /** Its value when no key is written; null when a key is required. */
  readonly defaults: T | null;
}

/**
 * A mapping with known keys. A value that is wrong is reported, and its key counts as left out. `hints` are for keys
 * that people are likely to try.
 */
export function record<T extends object>(
  keys: Keys<T>,
  hints: ReadonlyMap<string, string> = new Map(),
): RecordShape<Readonly<T>> {
  type Name = Extract<keyof T, string>;
  const isName = (name: string): name is Name => Object.hasOwn(keys, name);
  const names = Object.keys(keys).filter(isName);
  const isWhole = (result: Partial<T>): result is T => names.every((name) => result[name] !== undefined);
  const described = names.map((name): DescribedKey => ({ name: writtenName(name), key: keys[name] }));
  const known = described.map(({ name }) => name);

  function recordOf(
    read: <N extends Name>(name: N, key: Key<T[N]>) => T[N] | undefined,
  ): Readonly<T> | undefined {
    const result: Partial<T> = {};
    const add = <N extends Name>(name: N): void => {
      const found = read(name, keys[name]);
      const value = found === undefined ? keys[name].fallback?.value : found;
      if (value !== undefined) result[name] = value;
    };
    for (const name of names) add(name);
    return isWhole(result) ? Object.freeze(result) : undefined;
  }

  const defaults = recordOf(() => undefined) ?? null;
  return {
    schema: mappingSchema(described),
    keys: described,
    defaults,
    read: (node, field) => {
      if (defaults !== null && isNothing(node)) return defaults;
      if (node.kind !== 'mapping') return wrongType(node, field, 'a mapping');
      const entries = knownEntries(node, field, known, hints);
      return recordOf((name, { shape, fallback, isSetting, hint }) => {
        const entry = entries.get(writtenName(name));
        if (entry === undefined) {
          if (fallback !== null) return undefined;
          const message = `\`${field.path}\` has no \`${writtenName(name)}\``;
          return field.findings.error(node.span, field.findings.codes.missingKey, message, hint);
        }
        const at = below(field, entry.key, entry.keySpan);
        if (isSetting) field.findings.places.set(at.path, spanOfValue(entry.value, at));
        return shape.read(entry.value, at);
      });
    },
  };
}

/** The value of a mapping without keys; throws when it has a required one. */
export function defaultsOf<T>({ defaults }: RecordShape<T>): T {
  if (defaults === null) throw new Error('a required key has no default');
  return defaults;
}

/** A section: a setting that is a mapping of settings. */
export function section<T>(about: string, shape: RecordShape<T>): Key<T> {
  const { defaults } = shape;
  return { shape, about, fallback: defaults === null ? null : { value: defaults }, isSetting: true };
}

/** A mapping with known keys, and others that the site chooses. */
export function withSiteKeys<T, K, V, R>(
  own: RecordShape<T>,
  others: Pick<Key<ReadonlyMap<K, V>>, 'shape' | 'about' | 'see' | 'defaultText'> & { readonly name: string },
  join: (own: T, others: ReadonlyMap<K, V>) => R,
): RecordShape<R> {
  const known = own.keys.map(({ name }) => name);
  const patterns = Object.entries(others.shape.schema.patternProperties ?? {});
  const notKnown = `^(?!(?:${known.join('|')})$)`;
  const key: Key<unknown> = { ...others, fallback: null, isSetting: true };
  return {
    keys: [...own.keys, { name: others.name, key }],
    defaults: own.defaults === null ? null : join(own.defaults, new Map()),
    schema: {
      ...own.schema,
      patternProperties: Object.fromEntries(
        patterns.map(([pattern, schema]) => [
          pattern.replace(/^\^/, notKnown),
          { description: others.about, ...schema },
        ]),
      ),
    },
    read: (node, field) => {
      if (node.kind !== 'mapping' && !isNothing(node)) return wrongType(node, field, 'a mapping');
      const part = (isOwn: boolean): YamlNode =>
        node.kind === 'mapping'
          ? { ...node, entries: node.entries.filter((entry) => known.includes(entry.key) === isOwn) }
          : node;
      const first = own.read(part(true), field);
      const second = others.shape.read(part(false), field);
      return first === undefined || second === undefined ? undefined : join(first, second);
    },
  };
}
