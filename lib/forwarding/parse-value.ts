/*
 * Parses one value of an alias, or one line of a list file:
 *   value     = address / "<" file / "[" name "]" text
 *   address   = [ phrase ] "<" path ">" / path / local-part
 * Anything else gives null and a diagnostic.
 * Ref: PMDF 3.1.1, 4.1
 */
import { dequote, type Path, parsePath } from '../address/index.js';
import { type Diagnostic, errorAt, type Parsed, type Span } from '../text/index.js';
import type { WrittenValue } from './split-values.js';
import type { AliasAddress, AliasParameter } from './syntax.js';

/** Finds the place of a part of the line that has the values. */
export type SpanAt = (start: number, length: number) => Span;

/** A value; a list comes without its addresses, which the reader of files adds. */
export type ParsedValue =
  | AliasAddress
  | AliasParameter
  | { readonly kind: 'list'; readonly file: string; readonly span: Span };

function notProvided(span: Span, what: string, hint: string): Parsed<null> {
  const message = `${what} are not provided here`;
  return { value: null, diagnostics: [errorAt(span, 'alias/not-provided', message, { hint })] };
}

/** Gives what is in angle brackets at the end, after an optional phrase; without brackets the whole value. */
export function withoutPhrase({ text, start }: WrittenValue): WrittenValue {
  const open = text.endsWith('>') ? text.lastIndexOf('<') : -1;
  return open === -1 ? { text, start } : { text: text.slice(open + 1, -1), start: start + open + 1 };
}

/** Tells whether a path means a program or a file to some mail servers: a bare local part with `|` or `/` in front. */
export function isProgram(path: Path): boolean {
  if (path.kind === 'null' || path.address.domain !== null || path.address.route.length > 0) return false;
  return /^[|/]/.test(dequote(path.address.localPart));
}

/** Parses an address; its form is that of RCPT TO, and a local part alone is one of this host. */
export function parseAddressValue(written: WrittenValue, at: SpanAt): Parsed<AliasAddress | null> {
  const { text, start } = withoutPhrase(written);
  const span = at(start, Math.max(1, text.length));
  const parsed = text === '' ? null : parsePath(text, 'underscores');
  if (parsed === null || parsed.kind === 'malformed') {
    const [offset, expected] = parsed === null ? [0, 'an address'] : [parsed.offset, parsed.expected];
    const diagnostic: Diagnostic = errorAt(
      at(start + offset, Math.max(1, text.length - offset)),
      'alias/address',
      `\`${text}\` is not an address: expected ${expected}`,
      { hint: 'addresses are separated by commas; a local part with special characters needs quotes' },
    );
    return { value: null, diagnostics: [diagnostic] };
  }
  if (isProgram(parsed.path)) {
    return notProvided(span, 'programs and files as aliases', 'deliver to them on the server after this one');
  }
  const whole = text === written.text ? {} : { written: written.text };
  return { value: { kind: 'address', text, ...whole, span }, diagnostics: [] };
}

function parseParameter({ text, start }: WrittenValue, at: SpanAt): Parsed<AliasParameter | null> {
  const span = at(start, text.length);
  const close = text.indexOf(']');
  const name = text.slice(1, close).trim();
  if (close === -1 || name === '') {
    const message = 'a named parameter is written `[NAME] value`';
    return { value: null, diagnostics: [errorAt(span, 'alias/parameter', message)] };
  }
  const value = text.slice(close + 1).trim();
  return {
    value: { kind: 'parameter', name, value, span },
    diagnostics: [
      errorAt(span, 'alias/not-provided', `the named parameter \`[${name}]\` is not provided here`, {
        hint: 'remove it; this is a task for a mailing list program on the server after this one',
      }),
    ],
  };
}

/** Parses one value that is not empty. */
export function parseValue(written: WrittenValue, at: SpanAt): Parsed<ParsedValue | null> {
  const { text, start } = written;
  const span = at(start, text.length);
  if (text.startsWith('[')) return parseParameter(written, at);
  if (/^<\s*"?ldaps?:/i.test(text)) {
    return notProvided(span, 'LDAP URLs', 'write the addresses into a list file, or into the alias database');
  }
  if (text.startsWith('<') && !text.endsWith('>')) {
    const file = text.slice(1).trim();
    if (file !== '') return { value: { kind: 'list', file, span }, diagnostics: [] };
    return { value: null, diagnostics: [errorAt(span, 'file/include-name', 'the list names no file')] };
  }
  return parseAddressValue(written, at);
}
