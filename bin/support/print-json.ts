/*
 * The JSON form of a report: one object, safe to print on a terminal.
 */
import { releaseBars } from '../../lib/address/index.js';

// JSON leaves these as they are; a terminal may act on them.
const unsafe = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** An object as JSON; bars that the engine replaced become bars again. */
export function jsonText(value: object): string {
  const released = JSON.stringify(
    value,
    (_key, one: unknown) => (typeof one === 'string' ? releaseBars(one) : one),
    2,
  );
  return released.replace(unsafe, escapeUnit);
}

/** Prints an object as JSON with a final line end. */
export function printJson(value: object): string {
  return `${jsonText(value)}\n`;
}
