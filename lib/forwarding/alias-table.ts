/*
 * The aliases of a policy, ready to be looked up: by name without regard to case.
 * Ref: PMDF 3.1.1
 */
import { foldDomain } from '../address/index.js';
import { eachInSlices, type Slices, type Span } from '../text/index.js';
import type { AliasFile } from './syntax.js';

/** An alias as look-ups see it: all addresses, those of list files among them. */
export interface AliasEntry {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly span: Span;
}

/** All aliases of a file by folded name. */
export type AliasTable = ReadonlyMap<string, AliasEntry>;

/** The form in which names of aliases are compared: without regard to case, a domain in its one form. */
export function foldAlias(name: string): string {
  const at = name.lastIndexOf('@');
  return at === -1
    ? name.toLowerCase()
    : `${name.slice(0, at).toLowerCase()}@${foldDomain(name.slice(at + 1))}`;
}

/** Makes the table. Of two aliases with one name the first counts; parsing reports the other. */
export function* makeAliasTableInSlices(file: AliasFile): Slices<AliasTable> {
  const table = new Map<string, AliasEntry>();
  yield* eachInSlices(file.items, (item) => {
    if (item.kind !== 'alias') return;
    const { name, values, span } = item;
    const key = foldAlias(name);
    if (table.has(key)) return;
    const addresses: string[] = [];
    for (const value of values) {
      if (value.kind === 'address') addresses.push(value.text);
      else if (value.kind === 'list') for (const { text } of value.addresses) addresses.push(text);
    }
    table.set(key, Object.freeze({ name, addresses: Object.freeze(addresses), span }));
  });
  return table;
}
