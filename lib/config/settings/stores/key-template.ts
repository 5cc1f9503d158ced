/*
 * Templates with the parts of a key: `%s` the key, `%u` its local part, `%d` its domain, `%1` to `%9` the labels of the
 * domain from the right, `%%` a percent sign. A key that lacks a part is in no database.
 * Ref: Postfix ldap_table(5), pgsql_table(5), query
 */
import type { TextPart } from '../../../ldap/index.js';
import { text } from '../../shapes/scalars.js';
import { mapped, quoted, type Shape } from '../../shapes/shape.js';

/** A part of a key: the whole, its local part, its domain, or a label of the domain counted from the right. */
export type KeyPart = 'key' | 'local part' | 'domain' | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** A template; `parts` has plain text as strings. */
export interface KeyTemplate {
  readonly text: string;
  readonly parts: readonly (string | { readonly part: KeyPart })[];
}

const letters: ReadonlyMap<string, KeyPart> = new Map<string, KeyPart>([
  ['s', 'key'],
  ['u', 'local part'],
  ['d', 'domain'],
  ['1', 1],
  ['2', 2],
  ['3', 3],
  ['4', 4],
  ['5', 5],
  ['6', 6],
  ['7', 7],
  ['8', 8],
  ['9', 9],
]);

/** Parses a template; null if it has a percent sign before anything else than a part or another percent sign. */
export function parseKeyTemplate(written: string): KeyTemplate | null {
  const parts: (string | { readonly part: KeyPart })[] = [];
  let plain = '';
  for (let at = 0; at < written.length; at += 1) {
    const char = written[at] ?? '';
    if (char !== '%') {
      plain += char;
      continue;
    }
    at += 1;
    const letter = written[at] ?? '';
    const part = letters.get(letter.toLowerCase());
    if (letter === '%') plain += '%';
    else if (part === undefined) return null;
    else {
      if (plain !== '') parts.push(plain);
      plain = '';
      parts.push(Object.freeze({ part }));
    }
  }
  if (plain !== '') parts.push(plain);
  return Object.freeze({ text: written, parts: Object.freeze(parts) });
}

/** The template as the parts of a text in which values are put. */
export function keyParts({ parts }: KeyTemplate): readonly TextPart<KeyPart>[] {
  return parts.map((part) => (typeof part === 'string' ? part : { value: part.part }));
}

/** One part of a key; null if the key does not have it. A key without `@` is all local part. */
export function partOfKey(key: string, part: KeyPart): string | null {
  if (part === 'key') return key;
  const at = key.lastIndexOf('@');
  if (part === 'local part') return (at === -1 ? key : key.slice(0, at)) || null;
  const domain = at === -1 ? '' : key.slice(at + 1);
  if (part === 'domain') return domain || null;
  return domain.split('.').at(-part) || null;
}

/** Puts a key into a template, each part through `escaped`; null if the key lacks a part. */
export function expandKeyTemplate(
  { parts }: KeyTemplate,
  key: string,
  escaped: (value: string) => string = (value) => value,
): string | null {
  let expanded = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      expanded += part;
      continue;
    }
    const value = partOfKey(key, part.part);
    if (value === null) return null;
    expanded += escaped(value);
  }
  return expanded;
}

const pattern = '^(?=.*\\S)(?:[^%\\n\\r]|%[sudSUD1-9%])*$';

/** A template with the parts of a key. */
export const keyTemplate: Shape<KeyTemplate> = mapped(
  text('text with placeholders such as `%s`', pattern),
  (written, node, { findings, path }) => {
    const parsed = parseKeyTemplate(written);
    if (parsed !== null) return parsed;
    const message = `\`${path}\` has an unknown placeholder: ${quoted(written)}`;
    const hint = 'use `%s`, `%u`, `%d`, `%1` to `%9`, or `%%` for a percent sign';
    return findings.error(node.span, 'settings/placeholder', message, hint);
  },
);
