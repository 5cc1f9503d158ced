/*
 * The form in which a vector wants its answers: one value or a list; addresses of the local host bare or whole. A bare
 * address means the local host, so both forms say the same. What is expected tells the form, never the answer.
 */
import { splitAddress } from '../../../lib/address/address.js';
import { isList, isObject, type Json, type JsonObject } from '../json.js';

/** Gives a list where a list is expected, otherwise a single value, null for none, and a list for several. */
export function inExpectedForm(expected: JsonObject, key: string, values: readonly string[]): Json {
  const [first = null] = values;
  return isList(expected[key]) || values.length > 1 ? values : first;
}

function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (isList(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** Writes an address, bare when it is one of the local host and `expected` names none of that host in full. */
export function shownAddress(expected: JsonObject, localHost: string, address: string): string {
  const ending = `@${localHost.toLowerCase()}`;
  if (!address.toLowerCase().endsWith(ending)) return address;
  const isWhole = textsIn(expected).some((text) => text.toLowerCase().includes(ending));
  return isWhole ? address : splitAddress(address).localPart;
}
