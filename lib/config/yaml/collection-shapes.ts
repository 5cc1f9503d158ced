/*
 * Shapes of lists and of mappings with known keys. Nothing written means nothing set: the default stays.
 */
import { nearest } from '../../text/index.js';
import {
  below,
  isNothing,
  itemOf,
  type KeyTree,
  noKeys,
  quoted,
  type Setting,
  type Shape,
  spanOfValue,
  wrongType,
} from './shape.js';
import type { YamlEntry, YamlMapping, YamlNode, YamlSequence } from './yaml-node.js';

/** Takes a mapping; undefined, without a finding, where nothing is written. */
export function mappingOf(node: YamlNode, setting: Setting, wanted = 'a mapping'): YamlMapping | undefined {
  if (node.kind === 'mapping') return node;
  return isNothing(node) ? undefined : wrongType(node, setting, wanted);
}

/** Takes a list; undefined, without a finding, where nothing is written. */
export function sequenceOf(node: YamlNode, setting: Setting, wanted = 'a list'): YamlSequence | undefined {
  if (node.kind === 'sequence') return node;
  return isNothing(node) ? undefined : wrongType(node, setting, wanted);
}

/** Finds where in the file a key would be known: the path of its section, `` for the top. */
function homeOf(key: string, allKeys: KeyTree): string | undefined {
  if (allKeys.has(key)) return '';
  for (const [section, keys] of allKeys) {
    if (keys.has(key)) return section;
  }
  return undefined;
}

/** Reports a key that is not known here. */
export function unknownKey(entry: YamlEntry, setting: Setting, known: Iterable<string>): void {
  const near = nearest(entry.key, known);
  const home = homeOf(entry.key, setting.allKeys);
  const where = setting.path === '' ? 'setting' : `key of \`${setting.path}\``;
  let hint: string | undefined;
  if (near !== undefined) hint = `did you mean \`${near}\`?`;
  else if (home === '') hint = `\`${entry.key}\` stands at the top level`;
  else if (home !== undefined && !setting.path.startsWith(home))
    hint = `\`${entry.key}\` stands under \`${home}\``;
  setting.findings.error(
    entry.keySpan,
    'settings/unknown-key',
    `unknown ${where}: ${quoted(entry.key)}`,
    hint,
  );
}

/** The entries of a mapping whose keys are known; the others are reported. */
export function knownEntries(
  mapping: YamlMapping,
  setting: Setting,
  known: readonly string[],
): ReadonlyMap<string, YamlEntry> {
  const entries = new Map<string, YamlEntry>();
  for (const entry of mapping.entries) {
    if (known.includes(entry.key)) entries.set(entry.key, entry);
    else unknownKey(entry, setting, known);
  }
  return entries;
}

/** `aliasDepth` as it is written in YAML: `alias_depth`. */
function writtenName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A shape for each field of T. */
export type Fields<T> = { readonly [K in keyof T]: Shape<T[K]> };

/** The keys that the fields of a section are written with. */
function keysOf<T>(fields: Fields<T>): KeyTree {
  const keys = new Map<string, KeyTree>();
  for (const [name, shape] of Object.entries<Shape<unknown>>(fields)) keys.set(writtenName(name), shape.keys);
  return keys;
}

/** A mapping with one key for each field; what is not written, or wrong, keeps its default. */
export function section<T extends object>(defaults: T, fields: Fields<T>): Shape<T> {
  const keys = keysOf(fields);
  const isField = (name: string): name is Extract<keyof T, string> => Object.hasOwn(fields, name);
  const names = Object.keys(fields).filter(isField);
  return {
    keys,
    read: (node, setting) => {
      const result = { ...defaults };
      const mapping = mappingOf(node, setting);
      if (mapping === undefined) return Object.freeze(result);
      const entries = knownEntries(mapping, setting, [...keys.keys()]);
      const readField = <K extends Extract<keyof T, string>>(name: K): void => {
        const entry = entries.get(writtenName(name));
        if (entry === undefined) return;
        const field = below(setting, entry.key, entry.keySpan);
        setting.findings.places.set(field.path, spanOfValue(entry.value, field));
        const value = fields[name].read(entry.value, field);
        if (value !== undefined) result[name] = value;
      };
      for (const name of names) readField(name);
      return Object.freeze(result);
    },
  };
}

/** A list of values of one shape, without the ones that were wrong; a value given twice is dropped with a warning. */
export function distinct<T extends string>(item: Shape<T>, wanted: string): Shape<readonly T[]> {
  return {
    keys: noKeys,
    read: (node, setting) => {
      const sequence = sequenceOf(node, setting, wanted);
      if (sequence === undefined) return undefined;
      const values = new Set<T>();
      sequence.items.forEach((one, index) => {
        const value = item.read(one, itemOf(setting, index));
        if (value === undefined) return;
        if (values.has(value)) {
          setting.findings.warning(one.span, 'settings/duplicate', `${quoted(value)} is listed twice`);
          return;
        }
        setting.findings.places.set(`${setting.path}.${value}`, one.span);
        values.add(value);
      });
      return Object.freeze([...values]);
    },
  };
}
