/*
 * The value of ORCPT: a type and an address, encoded.
 * Ref: RFC 3461 4.2; RFC 6533 3
 */
import type { OriginalRecipient } from './request.js';
import { decodeUtf8Address, decodeXtext, encodeUtf8Address, encodeXtext, isAddressType } from './xtext.js';

/** The longest value, encoded. Ref: RFC 3461 4 */
export const longestOrcpt = 500;

function isUtf8Type(type: string): boolean {
  return type.toLowerCase() === 'utf-8';
}

/** Writes the value of ORCPT in ASCII. */
export function writeOrcpt({ type, address }: OriginalRecipient): string {
  return `${type};${isUtf8Type(type) ? encodeUtf8Address(address) : encodeXtext(address)}`;
}

/** Whether an original recipient can be passed on: in ASCII a character of UTF-8 is several times as long. */
export function fitsOrcpt(original: OriginalRecipient): boolean {
  return writeOrcpt(original).length <= longestOrcpt;
}

/** Reads the value of ORCPT; null where it is malformed or too long. */
export function readOrcpt(value: string): OriginalRecipient | null {
  const end = value.indexOf(';');
  if (end === -1 || value.length > longestOrcpt) return null;
  const type = value.slice(0, end);
  const written = value.slice(end + 1);
  if (!isAddressType(type) || written === '') return null;
  const address = isUtf8Type(type) ? decodeUtf8Address(written) : decodeXtext(written);
  if (address === null || address.trim() === '') return null;
  const original = { type, address };
  return fitsOrcpt(original) ? original : null;
}
