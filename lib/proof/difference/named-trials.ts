/*
 * Sessions with the names that policies and edits have: of clients, senders and recipients.
 */
import { findAccessTable } from '../../access/index.js';
import { tablesOf } from '../../mapping/index.js';
import type { CompiledPolicy } from '../../policy/index.js';
import { type CollectedEdits, literalsOf } from './collect-edits.js';
import type { Trial } from './policy-difference.js';
import { namedIn, trialRecipients, trialSenders } from './trial-addresses.js';
import { type PlacedClient, trialClients } from './trial-clients.js';
import type { Trials } from './trials.js';

/** What sessions are made of, the most ordinary first. */
export interface NamedSources {
  readonly clients: readonly PlacedClient[];
  readonly recipients: readonly string[];
  readonly senders: readonly string[];
}

/** Names in entries of access tables at most. */
const mostEntryNames = 60;

/** What the entries of access tables name. */
function entryNames(policies: readonly CompiledPolicy[]): readonly string[] {
  const entries = policies.flatMap(({ mappings }) =>
    tablesOf(mappings).flatMap((table) => (findAccessTable(table.name) === undefined ? [] : table.entries)),
  );
  return [...new Set(entries.flatMap(literalsOf))].slice(0, mostEntryNames);
}

/** The sources of trials. */
export function sourcesFor(
  trials: Trials,
  policies: readonly CompiledPolicy[],
  { edits, rules }: CollectedEdits,
): NamedSources {
  const edited = rules.flatMap((one) =>
    [one.before, one.now].flatMap((rule) => (rule === null ? [] : [rule])),
  );
  const open = edits.filter(({ known }) => known === null);
  // A setting, a keyword or a rule may change which entry decides, or what it does.
  const isForAll = open.some(({ part }) => ['settings', 'channels', 'rewriting'].includes(part));
  const mayComplete = open.some(({ part }) => part === 'settings' || part === 'channels');
  const names = [...open.flatMap((edit) => edit.names), ...(isForAll ? entryNames(policies) : [])];
  const named = names.map(namedIn);
  const all = {
    users: named.flatMap(({ users }) => users),
    hosts: named.flatMap(({ hosts }) => hosts),
    addresses: named.flatMap(({ addresses }) => addresses),
  };
  return {
    clients: trialClients(trials.before, trials.now, policies, edited),
    recipients: trialRecipients(policies, edited, all),
    senders: [...trialSenders(policies, all), ...(mayComplete ? ['ann'] : [])],
  };
}

/** Recipients that every sender is tried with before all others. */
const firstRecipients = 6;

/** Sessions with all names that occur, as far as the limit goes: every client first, then every sender. */
export function* namedTrials({ clients, recipients, senders }: NamedSources): Generator<Trial> {
  const rest = { originalRecipient: null, notify: [] };
  const [first = '', ...others] = senders;
  for (const { client } of clients)
    for (const to of recipients) yield { ...client, ...rest, from: first, to };
  for (const some of [recipients.slice(0, firstRecipients), recipients.slice(firstRecipients)]) {
    for (const from of others)
      for (const { client } of clients) for (const to of some) yield { ...client, ...rest, from, to };
  }
}
