/*
 * Looks a mailbox of a pseudo domain up. One address is the result; a name with several is ambiguous, and a default entry does not
 * settle it. A source that does not answer is a failure, and so is a value that is not an address: neither means "unknown".
 * Ref: PMDF 3.2.2, 3.2.5, 3.2.7
 */
import {
  dequote,
  foldDomain,
  type HeldText,
  holdBars,
  printAddress,
  releaseBars,
  splitAddress,
  splitSubaddress,
} from '../address/index.js';
import {
  askEntries,
  askValues,
  type DirectoryEntry,
  type Environment,
  type Lookup,
} from '../engine/index.js';
import { type Reply, reply } from '../smtp/index.js';
import type { Directory, DirectoryMatching, DirectorySearch, DirectorySource } from './directory.js';
import { defaultKey, type MailboxKey, mailboxKeys } from './mailbox-keys.js';
import { addressOfValue, defaultResultOf, resultOf } from './read-value.js';
import { fillDirectoryFilter } from './search-filter.js';

/** So many candidates are shown. Ref: PMDF 3.2.8 */
export const mostCandidates = 50;

/** What became of a mailbox. */
export type DirectoryResult =
  | { readonly kind: 'found'; readonly address: HeldText }
  | {
      readonly kind: 'refused';
      readonly reply: Reply;
      /** Of an ambiguous name the addresses it may mean, at most 50; null for other refusals. */
      readonly candidates: readonly string[] | null;
    }
  | { readonly kind: 'failed'; readonly cause: string };

/** What is looked up, and for whom. */
export interface Mailbox {
  /** On the channel: `mailbox@pseudo.domain`, or `mailbox%pseudo.domain@host-of-the-channel`; bars held. */
  readonly address: HeldText;
  /** What completes a value without a domain. */
  readonly localHost: string;
  /** Tells whether a folded domain is a host of the channel itself. */
  readonly isOwnHost: (domain: string) => boolean;
}

/** The reply to an ambiguous name. Ref: RFC 3463 3.2 (X.1.4) */
export function ambiguousReply(address: string): Reply {
  return reply(550, '5.1.4', `ambiguous name: ${address}`);
}

function failure(cause: string): DirectoryResult {
  return { kind: 'failed', cause };
}

function refusal(address: HeldText, text: string): DirectoryResult {
  return {
    kind: 'refused',
    reply: reply(550, '5.1.1', `${text}: ${releaseBars(address)}`),
    candidates: null,
  };
}

function ambiguous(address: HeldText, candidates: readonly string[]): DirectoryResult {
  const shown = candidates.slice(0, mostCandidates);
  return { kind: 'refused', reply: ambiguousReply(releaseBars(address)), candidates: shown };
}

function noAddress(channel: string, value: string): DirectoryResult {
  return failure(`the directory of \`${channel}\` has a value that is not an address: \`${value}\``);
}

/** The address as one of a pseudo domain: an address at a host of the channel itself names it after a percent sign. */
function mailboxOf({ address, isOwnHost }: Mailbox): HeldText {
  const { localPart, domain } = splitAddress(address);
  if (domain === null || !isOwnHost(foldDomain(domain))) return address;
  const percent = localPart.lastIndexOf('%');
  if (percent <= 0) return address;
  return holdBars(`${localPart.slice(0, percent)}@${localPart.slice(percent + 1)}`);
}

/** The values of a key as addresses, each once. */
function distinct(values: readonly string[]): string[] {
  const found = new Map<string, string>();
  for (const value of values) {
    const address = addressOfValue(value);
    const key =
      address === null
        ? value
        : printAddress({ ...address, domain: address.domain === null ? null : foldDomain(address.domain) });
    if (!found.has(key)) found.set(key, value);
  }
  return [...found.values()];
}

function* inDatabase(
  { channel, matching }: Directory,
  address: HeldText,
  localHost: string,
  environment: Environment,
): Lookup<DirectoryResult> {
  const { localPart, domain } = splitAddress(address);
  const folded = foldDomain(domain ?? '');
  const asDefault: MailboxKey = { key: defaultKey, detail: null, star: null };
  for (const one of [...mailboxKeys(localPart, matching), asDefault]) {
    const { key } = one;
    const answer = yield* askValues({ kind: 'directory', channel, domain: folded, key }, environment);
    if (answer.kind === 'failed') return failure(answer.cause);
    if (answer.kind === 'absent') continue;
    const [value = '', ...others] = distinct(answer.values);
    if (others.length > 0) return ambiguous(address, [value, ...others]);
    const result =
      one === asDefault ? defaultResultOf(value, address, localHost) : resultOf(value, one, localHost);
    return result === null ? noAddress(channel, value) : { kind: 'found', address: holdBars(result) };
  }
  return refusal(address, 'unknown or illegal alias');
}

/** The local parts that a search is made for, and the detail that is added to the result. */
function* searched(
  localPart: string,
  matching: DirectoryMatching,
): Generator<{ readonly localPart: string; readonly detail: string | null }> {
  yield { localPart, detail: null };
  const { user, detail } = splitSubaddress(localPart);
  if (detail !== null && matching === 'relaxed') yield { localPart: user, detail };
}

/** What a sender may choose from: the address, with the name and the department where the entry has them. */
function candidateOf(entry: DirectoryEntry, attribute: string): string {
  const [address = ''] = entry.get(attribute) ?? [];
  const words = ['cn', 'ou'].flatMap((name) => entry.get(name)?.[0] ?? []).join(', ');
  if (words === '') return address;
  return address === '' ? words : `${address} (${words})`;
}

function* inLdap(
  { channel, matching }: Directory,
  { base, scope, filter, attribute: written }: DirectorySearch,
  address: HeldText,
  localHost: string,
  environment: Environment,
): Lookup<DirectoryResult> {
  const attribute = written.toLowerCase();
  for (const { localPart, detail } of searched(splitAddress(address).localPart, matching)) {
    const filled = fillDirectoryFilter(filter, address, localPart);
    if (filled === null) continue;
    const search = {
      base,
      scope,
      filter: filled,
      attributes: [...new Set([attribute, 'cn', 'ou'])],
      most: mostCandidates + 1,
    };
    const answer = yield* askEntries({ kind: 'ldap', channel, search }, environment);
    if (answer.kind === 'failed') return failure(answer.cause);
    if (answer.kind === 'absent') continue;
    const { entries, isCut } = answer;
    const [entry] = entries;
    if (entries.length > 1 || isCut) {
      return ambiguous(address, entries.map((one) => candidateOf(one, attribute)).filter(Boolean));
    }
    const value = entry?.get(attribute)?.[0];
    if (value === undefined || value.trim() === '') return refusal(address, 'no address for this name');
    const result = resultOf(value, { key: '', detail, star: null }, localHost);
    return result === null ? noAddress(channel, value) : { kind: 'found', address: holdBars(result) };
  }
  return refusal(address, 'unknown or illegal alias');
}

function sourceFor({ domains, others }: Directory, domain: string): DirectorySource | null {
  return domains.get(domain) ?? others;
}

/** Finds the real address of a mailbox, or why it has none. */
export function* lookUpMailbox(
  directory: Directory,
  mailbox: Mailbox,
  environment: Environment,
): Lookup<DirectoryResult> {
  environment.budget.spend(1, 'directory look-ups');
  const address = mailboxOf(mailbox);
  const { domain, localPart } = splitAddress(address);
  const source = domain === null ? null : sourceFor(directory, foldDomain(domain));
  if (source === null || dequote(localPart) === '') {
    return failure(`the directory channel \`${directory.channel}\` has no directory for \`${domain ?? ''}\``);
  }
  switch (source.kind) {
    case 'database':
    case 'store':
      return yield* inDatabase(directory, address, mailbox.localHost, environment);
    case 'ldap':
      return yield* inLdap(directory, source.search, address, mailbox.localHost, environment);
  }
}
