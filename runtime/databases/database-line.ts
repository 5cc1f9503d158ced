/*
 * One line of a text database, the input of `pmdf crdb`.
 *   line  = comment / blank line / key blanks value
 *   comment: `!` in column 1
 *   key   = no blanks, except between quotation marks, where a backslash quotes the next character
 *   value = the rest of the line without surrounding blanks
 * Ref: PMDF 3.2.5
 */
import type { DiagnosticCode } from '../../lib/text/index.js';

/** The longest line, in characters. */
export const longestLine = 16384;

/** A parsed line; offsets count from its start. */
export type DatabaseLine =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'entry'; readonly key: string; readonly value: string }
  | {
      readonly kind: 'wrong';
      readonly code: DiagnosticCode;
      readonly message: string;
      readonly offset: number;
      readonly length: number;
    };

const nothing: DatabaseLine = { kind: 'nothing' };

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function wrong(code: DiagnosticCode, message: string, offset: number, length: number): DatabaseLine {
  return { kind: 'wrong', code, message, offset, length };
}

/** The end of the key, or the quotation mark that is not closed. */
function endOfKey(line: string): { end: number } | { openQuote: number } {
  let quote = -1;
  for (let at = 0; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    if (code === 0x22) quote = quote === -1 ? at : -1;
    else if (quote === -1 && isBlank(code)) return { end: at };
    else if (quote !== -1 && code === 0x5c) at += 1;
  }
  return quote === -1 ? { end: line.length } : { openQuote: quote };
}

/** Parses one line, without its line end. */
export function parseDatabaseLine(line: string): DatabaseLine {
  if (line.length > longestLine) {
    return wrong('database/long-line', `the line is longer than ${longestLine} characters`, longestLine, 1);
  }
  if (line.startsWith('!')) return nothing;
  if (line === '' || isBlank(line.charCodeAt(0))) {
    if (line.trim() === '') return nothing;
    return wrong('database/no-key', 'the line begins with a blank, so it has no key', 0, 1);
  }
  const key = endOfKey(line);
  if ('openQuote' in key) {
    return wrong('database/open-quote', 'the quotation mark in the key is not closed', key.openQuote, 1);
  }
  const value = line.slice(key.end).trim();
  if (value === '') {
    const word = line.slice(0, key.end);
    return wrong('database/no-value', `the key \`${word}\` has no value`, 0, key.end);
  }
  return { kind: 'entry', key: line.slice(0, key.end), value };
}

/** Prints an entry as a line without line end; null if no line can express it. */
export function printDatabaseLine(key: string, value: string): string | null {
  const line = `${key} ${value}`;
  if (line.includes('\n') || line.endsWith('\r')) return null;
  const read = parseDatabaseLine(line);
  return read.kind === 'entry' && read.key === key && read.value === value ? line : null;
}
