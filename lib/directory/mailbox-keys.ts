/*
 * The keys under which a mailbox is looked up, in this order:
 *   subaddressexact     user+detail
 *   subaddresswild      user+detail   user+*
 *   subaddressrelaxed   user+detail   user+*   user
 * then, in databases, the default entry `*`. A key has no quotes; one that needs them as a local part is tried with them too,
 * since `pmdf crdb` writes blanks in keys between quotes. Keys that begin with another character than a letter, a digit or a
 * quote are reserved for special entries, so that nobody can ask for one by its name.
 * Ref: PMDF 2.3.4.71, 3.2.5
 */
import { dequote, quote, releaseBars, splitSubaddress } from '../address/index.js';
import type { DirectoryMatching } from './directory.js';

/** The key of the default entry. */
export const defaultKey = '*';

/** A key to look up. */
export interface MailboxKey {
  readonly key: string;
  /** A detail that is added to the local part of the value. */
  readonly detail: string | null;
  /** What the `*` of a value `new+*@domain` stands for. */
  readonly star: string | null;
}

/** Tells whether a key is reserved for a special entry. */
export function isReservedKey(key: string): boolean {
  const first = key.charAt(0);
  return key !== defaultKey && first < '\u0080' && !/^[A-Za-z0-9"]/.test(first);
}

function spellings(content: string): string[] {
  const plain = releaseBars(content);
  const quoted = quote(plain);
  return quoted === plain ? [plain] : [plain, quoted];
}

/** The keys of a mailbox, without the default entry. */
export function mailboxKeys(localPart: string, matching: DirectoryMatching): readonly MailboxKey[] {
  const content = dequote(localPart);
  if (content === '' || isReservedKey(content) || content === defaultKey) return [];
  const { user, detail } = splitSubaddress(localPart);
  const keys = spellings(content).map((key): MailboxKey => ({ key, detail: null, star: null }));
  if (detail === null || matching === 'exact') return keys;
  const name = dequote(user);
  for (const key of spellings(`${name}+*`)) keys.push({ key, detail: null, star: detail });
  if (matching === 'wild') return keys;
  for (const key of spellings(name)) keys.push({ key, detail, star: null });
  return keys;
}
