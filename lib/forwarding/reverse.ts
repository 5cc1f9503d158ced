/*
 * Address reversal: the form in which an address that points back is shown to others. The reverse database comes first, then the
 * LDAP URL of REVERSE_URL; only without an entry in either is the REVERSE mapping consulted.
 *   $Y  the output is the new address    $N  it stays    $D  the output is looked up in the database and by the URL
 * Ref: PMDF 3.3.2; Messaging Server 10.9
 */
import { holdBars, splitAddress } from '../address/index.js';
import { absent, type Environment, type Lookup, type LookupAnswer } from '../engine/index.js';
import { type AddressValue, addressValueOf, askUrl, type LdapTemplate } from '../ldap/index.js';
import type { ApplyMapping } from '../mapping/index.js';
import { placeOf } from '../text/index.js';
import { askDatabase } from './database-lookup.js';

export const reverseTable = 'REVERSE';

/** The input flags of an envelope From: envelope, backward. */
const inputFlags: ReadonlySet<string> = new Set(['E', 'R']);

/** What a reversal needs. */
export interface ReverseSources {
  readonly applyMapping: ApplyMapping;
  /** Whether there is a reverse database. */
  readonly hasDatabase: boolean;
  /** What a directory is asked for an address; null for nothing. */
  readonly url: LdapTemplate<AddressValue> | null;
  readonly environment: Environment;
}

/** The address to show, the old one where nothing reverses it. */
export type ReverseAnswer =
  | { readonly kind: 'answered'; readonly address: string; readonly entries: readonly string[] }
  | { readonly kind: 'failed'; readonly cause: string };

/** Reverses a rewritten envelope From. */
export function* reverseAddress(address: string, sources: ReverseSources): Lookup<ReverseAnswer> {
  const first = yield* lookUp(address, sources);
  if (first.kind === 'failed') return first;
  if (first.kind === 'found') return { kind: 'answered', address: first.address, entries: [] };
  const result = yield* sources.applyMapping(reverseTable, address, inputFlags);
  if (result === null) return { kind: 'answered', address, entries: [] };
  if (result.failed !== null) return { kind: 'failed', cause: `${reverseTable}: ${result.failed}` };
  const entries = result.entries.map(placeOf);
  const { flags } = result;
  if (!result.matched || !flags.has('Y') || flags.has('N')) return { kind: 'answered', address, entries };
  const mapped = holdBars(result.output);
  const second = flags.has('D') ? yield* lookUp(mapped, sources) : { kind: 'absent' as const };
  switch (second.kind) {
    case 'failed':
      return second;
    case 'found':
      return { kind: 'answered', address: second.address, entries };
    case 'absent':
      return { kind: 'answered', address: mapped, entries };
  }
}

function* lookUp(
  address: string,
  { hasDatabase, url, environment }: ReverseSources,
): Lookup<
  | { readonly kind: 'found'; readonly address: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly cause: string }
> {
  const inDatabase = hasDatabase ? yield* askDatabase('reverse', address, environment) : absent;
  const answer =
    inDatabase.kind === 'absent' && url !== null ? yield* askFor(url, address, environment) : inDatabase;
  return answer.kind === 'found' ? { kind: 'found', address: holdBars(answer.value.trim()) } : answer;
}

function askFor(
  url: LdapTemplate<AddressValue>,
  address: string,
  environment: Environment,
): Lookup<LookupAnswer> {
  const { localPart, domain } = splitAddress(address);
  return askUrl(url, addressValueOf({ localPart, domain, upperDomain: null }), environment);
}
