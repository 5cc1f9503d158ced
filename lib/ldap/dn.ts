/*
 * Distinguished names in which values are put: attribute=value, joined by `+` in one RDN and by `,` between RDNs. Values
 * can be in values of attributes, and nowhere else. The text of the template stays as written.
 * Ref: RFC 4514
 */
import { attributeName } from './filter.js';
import {
  fillText,
  partsOf,
  plainText,
  type Sign,
  TemplateFault,
  type TextPart,
  type ValueOf,
} from './template-text.js';

/** One attribute and its value. */
interface NameElement<V> {
  /** What stands before it: nothing, `,` or `+`. */
  readonly joint: string;
  readonly attribute: string;
  readonly text: readonly TextPart<V>[];
}

/** A DN; the root has no elements. */
export type DnTemplate<V> = readonly NameElement<V>[];

/** Where the element that begins at `start` ends: at a `,` or `+` that is not escaped. */
function endOfElement<V>(signs: readonly Sign<V>[], start: number): number {
  let at = start;
  while (at < signs.length && signs[at] !== ',' && signs[at] !== '+') at += signs[at] === '\\' ? 2 : 1;
  return Math.min(at, signs.length);
}

/** Parses a DN. Throws TemplateFault. */
export function parseDnSigns<V>(signs: readonly Sign<V>[]): DnTemplate<V> {
  const elements: NameElement<V>[] = [];
  if (signs.every((sign) => sign === ' ')) return elements;
  let joint = '';
  for (let start = 0; start <= signs.length; ) {
    const end = endOfElement(signs, start);
    const element = signs.slice(start, end);
    const equals = element.indexOf('=');
    if (equals === -1) {
      throw new TemplateFault('a part of the DN has no `=`', 'write `ou=people,o=example`');
    }
    const attribute = attributeName(plainText(element.slice(0, equals), 'a name in the DN').trim());
    const text = element.slice(equals + 1);
    checkText(text);
    elements.push({ joint, attribute, text: partsOf(text) });
    if (end === signs.length) break;
    joint = signs[end] === '+' ? '+' : ',';
    start = end + 1;
  }
  return elements;
}

/** Checks that a value of the template itself has its special characters escaped. */
function checkText<V>(signs: readonly Sign<V>[]): void {
  for (let at = 0; at < signs.length; at += 1) {
    const sign = signs[at];
    if (sign === '\\') {
      const next = signs[at + 1];
      const pair = `${typeof next === 'string' ? next : ''}${typeof signs[at + 2] === 'string' ? signs[at + 2] : ''}`;
      if (/^[ #=",+;<>\\]/.test(pair)) at += 1;
      else if (/^[0-9a-f]{2}/i.test(pair)) at += 2;
      else throw new TemplateFault('a backslash of the DN escapes nothing');
    } else if (typeof sign === 'string' && '";<>\0'.includes(sign)) {
      throw new TemplateFault(`\`${sign}\` of the DN is not escaped`, `write \`\\${sign}\``);
    }
  }
}

/** Escapes a text for a value in a DN: nothing in it is syntax then. Ref: RFC 4514 2.4 */
export function escapeForDn(text: string): string {
  return text.replace(/["+,;<>\\=]|^[ #]| $|[\0-\x1f]/g, (one) =>
    one < ' ' ? `\\${one.charCodeAt(0).toString(16).padStart(2, '0')}` : `\\${one}`,
  );
}

/** Puts the values in and prints the DN; null where an attribute gets no value. */
export function fillDn<V>(dn: DnTemplate<V>, valueFor: ValueOf<V>): string | null {
  let text = '';
  for (const { joint, attribute, text: parts } of dn) {
    const value = fillText(parts, valueFor, escapeForDn);
    if (value === null || (value === '' && parts.length > 0)) return null;
    text += `${joint}${attribute}=${value}`;
  }
  return text;
}
