/*
 * The character classes of envelope addresses. Everything beyond ASCII counts as a letter, as SMTPUTF8 has it; a lone
 * surrogate belongs to no class, because no UTF-8 decodes to it.
 * Ref: RFC 5321 4.1.2; RFC 5321 4.1.3; RFC 6531 3.3
 */

const atextPunctuation = new Set(Array.from("!#$%&'*+-/=?^_`{|}~", (character) => character.charCodeAt(0)));

/** Whether a UTF-16 unit is an ASCII letter or digit. */
export function isLetterOrDigit(unit: number): boolean {
  return (unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a);
}

/** Whether a UTF-16 unit is ASCII and may stand in an atom. */
export function isAtext(unit: number): boolean {
  return isLetterOrDigit(unit) || atextPunctuation.has(unit);
}

/** Whether a UTF-16 unit is ASCII and may stand in a quoted string without a backslash. */
export function isQuotedText(unit: number): boolean {
  return isPrintable(unit) && unit !== 0x22 && unit !== 0x5c;
}

/** Whether a UTF-16 unit is printable ASCII, the blank included: what a backslash may escape. */
export function isPrintable(unit: number): boolean {
  return unit >= 0x20 && unit <= 0x7e;
}

/** Whether a UTF-16 unit may stand in an address literal. */
export function isLiteralText(unit: number): boolean {
  return unit >= 0x21 && unit <= 0x7e && (unit < 0x5b || unit > 0x5d);
}

/** Tells how many UTF-16 units the character beyond ASCII at an offset has; 0 where there is none. */
export function wideLength(text: string, offset: number): 0 | 1 | 2 {
  const code = text.codePointAt(offset);
  if (code === undefined || code < 0x80 || (code >= 0xd800 && code <= 0xdfff)) return 0;
  return code > 0xffff ? 2 : 1;
}

/** Tells whether a text lost octets on its way here: U+FFFD stands where they were no UTF-8. */
export function isDamaged(text: string): boolean {
  return text.includes('\ufffd');
}
