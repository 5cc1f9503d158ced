/*
 * Local parts: from the form with quotes and escapes to its text and back; the subaddress.
 * Ref: RFC 5321 4.1.2; RFC 5233 1
 */
import { heldBar } from './bar.js';
import { atext, wide } from './characters.js';

/**
 * Gives the text of a local part: quotes dropped, `\x` read as `x`. Works word by word, so the old form
 * `a."b c"` gives `a.b c`. A quote without its partner and a backslash at the end stay.
 */
export function dequote(localPart: string): string {
  if (!localPart.includes('"') && !localPart.includes('\\')) return localPart;
  const content: string[] = [];
  let openQuote = -1;
  for (let i = 0; i < localPart.length; i++) {
    const character = localPart.charAt(i);
    if (character === '\\' && i + 1 < localPart.length) {
      i++;
      content.push(localPart.charAt(i));
    } else if (character !== '"') {
      content.push(character);
    } else if (openQuote === -1) {
      openQuote = content.length;
      content.push('');
    } else {
      openQuote = -1;
    }
  }
  if (openQuote !== -1) content[openQuote] = '"';
  return content.join('');
}

/**
 * Writes a text as a local part: as it is where that is a dot-string, else quoted. A control character cannot be written
 * in any local part; it stays, and `parsePath` refuses the result.
 */
export function quote(content: string): string {
  return isDotString(content) ? content : `"${content.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * Splits `user+detail` at the first plus. The user is a local part, quoted where it must be; the detail is text without
 * quotes. A leading plus belongs to the user.
 */
export function splitSubaddress(localPart: string): {
  readonly user: string;
  readonly detail: string | null;
} {
  const content = dequote(localPart);
  const plus = content.indexOf('+', 1);
  if (plus === -1) return { user: localPart, detail: null };
  return { user: quote(content.slice(0, plus)), detail: content.slice(plus + 1) };
}

const dotString = new RegExp(`^[${heldBar}${wide}${atext}]+(?:\\.[${heldBar}${wide}${atext}]+)*$`, 'u');

/** Tells whether a text is a local part without quotes: atoms joined by single dots. */
export function isDotString(text: string): boolean {
  return dotString.test(text);
}
