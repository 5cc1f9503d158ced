/*
 * The arguments of access flags. Each is checked; a malformed one is null and is logged, so that it can neither change a verdict
 * nor bring a control character into mail.
 * Ref: PMDF 16.1.1; RFC 3463 2; RFC 5322 2.2
 */
import { oneLine } from '../smtp/index.js';

/** A delay that a client is to wait, in hundredths of a second. */
export interface AccessDelay {
  readonly hundredths: number;
  /** True: before the reply to every command of the transaction; false: to the address command only. */
  readonly everyCommand: boolean;
}

/** The longest delay: a client gives up after five minutes. Ref: RFC 5321 4.5.3.2 */
const longestDelay = 30_000;

/** Reads an integer of at most nine digits. */
export function readInteger(text: string): number | null {
  const plain = text.trim();
  return /^[+-]?\d{1,9}$/.test(plain) ? Number(plain) : null;
}

/** Reads the argument of `$D`: positive for every command, negative for the address command, at most five minutes. */
export function readDelay(text: string): AccessDelay | null {
  const amount = readInteger(text);
  if (amount === null) return null;
  return { hundredths: Math.min(Math.abs(amount), longestDelay), everyCommand: amount > 0 };
}

/** Reads the argument of `$X`: an extended code of class 4 or 5. */
export function readEnhancedCode(text: string): string | null {
  const plain = text.trim();
  return /^[45]\.\d{1,3}\.\d{1,3}$/.test(plain) ? plain : null;
}

/** Reads the argument of `$A`: `Name: value`; malformed without a colon or with an invalid name. */
export function readHeaderLine(text: string): string | null {
  const colon = text.indexOf(':');
  if (colon === -1) return null;
  const name = text.slice(0, colon).trim();
  if (!/^[!-9;-~]{1,76}$/.test(name)) return null;
  return `${name}: ${oneLine(text.slice(colon + 1))}`;
}

/** Reads the argument of `$J` or `$K`: an address without brackets; the null address is malformed here. */
export function readAddressArgument(text: string): string | null {
  const plain = text.trim();
  if (plain === '' || plain.length > 320) return null;
  return /[\u0000-\u001f\u007f<>]/.test(plain) ? null : plain;
}

/** Reads up to three integers joined by commas. */
export function readIntegers(text: string): readonly number[] | null {
  const pieces = text.split(',', 4).map(readInteger);
  const numbers = pieces.filter((piece) => piece !== null);
  return pieces.length <= 3 && numbers.length === pieces.length ? numbers : null;
}
