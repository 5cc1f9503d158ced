/*
 * Numbers in option files: decimal digits, or `base%digits` with a base from 2 to 36.
 *   number := digits | base "%" digits
 * Ref: PMDF 11.3.1, 21.1.2.1
 */

const decimal = /^[0-9]+$/;
const digits = /^[0-9a-z]+$/i;
const leastBase = 2;
const greatestBase = 36;
/** An exact number has at most so many digits, in base 2. */
const longest = 53;

function inBase(text: string, base: number): number | null {
  let value = 0;
  for (const character of text.toLowerCase()) {
    const digit = Number.parseInt(character, greatestBase);
    if (digit >= base) return null;
    value = value * base + digit;
  }
  return Number.isSafeInteger(value) ? value : null;
}

/** Parses a number; null for anything else, and for one too large to be exact. */
export function parseNumber(text: string): number | null {
  const percent = text.indexOf('%');
  const written = text.slice(percent + 1).replace(/^0+(?=.)/, '');
  if (written.length > longest || !digits.test(written)) return null;
  if (percent === -1) return inBase(written, 10);
  const baseText = text.slice(0, percent);
  if (!decimal.test(baseText) || baseText.length > 2) return null;
  const base = Number(baseText);
  return base < leastBase || base > greatestBase ? null : inBase(written, base);
}
