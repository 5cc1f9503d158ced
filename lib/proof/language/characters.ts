/*
 * The characters of texts as languages see them: folded, so that case does not count, each with a number. Every printable
 * character of ASCII has one. The bar is the one between the fields of a probe; a bar inside a field is held, a character of its
 * own. All characters beyond ASCII share one, so what a pattern says of one of them is never certain. Control characters have
 * none: no address contains them.
 */
import { heldBar } from '../../address/index.js';
import { foldUnit } from '../../mapping/index.js';

/** The most readable first: witnesses are made of the first that fit. */
const readable = 'XABCDEFGHIJKLMNOPQRSTUVWYZ0123456789-_.@:/';
const printable = Array.from({ length: 95 }, (_, at) => String.fromCharCode(foldUnit(at + 32)));
const wideLetter = 'é';
const written: readonly string[] = [...new Set([...readable, ...printable]), heldBar, wideLetter];
const numbers: ReadonlyMap<string, number> = new Map(written.map((one, number) => [one, number]));

/** How many there are; their numbers are from 0. */
export const characterCount = written.length;

function fixedNumber(character: string): number {
  const number = numbers.get(character);
  if (number === undefined) throw new Error(`the character ${character} has no number`);
  return number;
}

/** Of every character beyond ASCII. */
export const wide = fixedNumber(wideLetter);
/** The bar between two fields. */
export const bar = fixedNumber('|');

/** The number of a character; -1 for a control character. */
export function numberOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code > 127 && character !== heldBar) return wide;
  return numbers.get(String.fromCharCode(foldUnit(code))) ?? -1;
}

/** The character of a number, letters small. */
export function characterOf(number: number): string {
  return (written[number] ?? '').toLowerCase();
}

/** The numbers of the ASCII characters for which a test holds, and of the held bar; the wide one is left to the caller. */
export function numbersWhere(test: (code: number) => boolean): number[] {
  return written.flatMap((character, number) =>
    number !== wide && test(character.charCodeAt(0)) ? [number] : [],
  );
}
