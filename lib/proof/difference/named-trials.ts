/*
 * Sessions with the names that policies and edits have: of clients, senders and recipients.
 */
import { findAccessTable } from '../../access/index.js';
import { quote, splitAddress } from '../../address/index.js';
import { databaseNames } from '../../engine/index.js';
import { tableKey, tablesOf } from '../../mapping/index.js';
import type { CompiledPolicy } from '../../policy/index.js';
import { type CollectedEdits, exampleOf, literalsOf } from './collect-edits.js';
import type { Side, Trial } from './policy-difference.js';
import { namedIn, oddRecipients, oddSenders, trialRecipients, trialSenders } from './trial-addresses.js';
import { type PlacedClient, trialClients } from './trial-clients.js';
import type { Trials } from './trials.js';

/** What sessions are made of, the most ordinary first. */
export interface NamedSources {
  readonly clients: readonly PlacedClient[];
  readonly recipients: readonly string[];
  readonly senders: readonly string[];
  /** Users that edits and tables name. */
  readonly users: readonly string[];
  /** Senders that few recipients are tried with. */
  readonly oddSenders: readonly string[];
  /** Recipients that sessions of each class are tried with. */
  readonly oddRecipients: readonly string[];
}

/** Names in entries of access tables at most. */
const mostEntryNames = 60;

/** What the entries of access tables name. */
function entryNames(policies: readonly CompiledPolicy[]): readonly string[] {
  const names = policies.flatMap(({ mappings }) =>
    tablesOf(mappings).flatMap(({ name, entries }) => {
      const table = findAccessTable(name)?.table;
      return table === undefined
        ? []
        : [...entries.flatMap((entry) => literalsOf(table, entry)), ...entries.map(exampleOf)];
    }),
  );
  return [...new Set(names)].slice(0, mostEntryNames);
}

/** Names of each database, and of the aliases, at most: one shows what becomes of all. */
const mostOfEach = 3;

/** Users that sessions are made anew for at most. */
const mostUsers = 20;

/** Some users that are forwarded. */
function forwardedUsers(sides: readonly Side[]): readonly string[] {
  const found = new Set<string>();
  for (const { compiled, contents } of sides) {
    const { aliases, settings } = compiled.policy;
    for (const name of [...aliases.keys()].slice(0, mostOfEach)) found.add(name);
    for (const database of databaseNames) {
      if (settings.databases[database] === null) continue;
      let left = mostOfEach;
      for (const { key } of contents(database) ?? []) {
        if (left === 0) break;
        left -= 1;
        found.add(key);
      }
    }
  }
  return [...found];
}

/** The tables that are asked for whole addresses. */
const addressTables: ReadonlySet<string> = new Set(['FORWARD', 'REVERSE']);

/** An address for the pattern of each entry of the tables for whole addresses. */
function matchedAddresses(policies: readonly CompiledPolicy[]): readonly string[] {
  const entries = policies.flatMap(({ mappings }) =>
    tablesOf(mappings).flatMap(({ name, entries: all }) => (addressTables.has(tableKey(name)) ? all : [])),
  );
  const found = entries.flatMap((entry) => {
    const text = exampleOf(entry).split('|').at(-1) ?? '';
    const { localPart, domain } = splitAddress(text);
    return domain === null || domain === '' || localPart === '' ? [] : [`${quote(localPart)}@${domain}`];
  });
  return [...new Set(found)].slice(0, mostEntryNames);
}

/** The sources of trials. */
export function sourcesFor(
  trials: Trials,
  sides: readonly Side[],
  { edits, rules }: CollectedEdits,
): NamedSources {
  const edited = rules.flatMap((one) =>
    [one.before, one.now].flatMap((rule) => (rule === null ? [] : [rule])),
  );
  const policies = sides.map(({ compiled }) => compiled);
  const open = edits.filter(({ known }) => known === null);
  // All but access tables may change which entry decides, or what becomes of users that are not named.
  const isForAll = open.some(({ part, name }) => part !== 'tables' || findAccessTable(name) === undefined);
  const mayComplete = open.some(({ part }) => part === 'settings' || part === 'channels');
  const names = [
    ...open.flatMap((edit) => edit.names),
    // What is forwarded by way of a channel is decided again, with that channel as the source.
    ...forwardedUsers(sides),
    ...(isForAll ? entryNames(policies) : []),
  ];
  const named = names.map(namedIn);
  const all = {
    users: named.flatMap(({ users }) => users),
    hosts: named.flatMap(({ hosts }) => hosts),
    addresses: named.flatMap(({ addresses }) => addresses),
  };
  const matched = isForAll ? matchedAddresses(policies) : [];
  return {
    clients: trialClients(trials.before, trials.now, policies, edited),
    recipients: [...new Set([...trialRecipients(policies, edited, all), ...matched])],
    senders: [...trialSenders(policies, all), ...(mayComplete ? ['ann'] : [])],
    users: [...new Set(all.users)].slice(0, mostUsers),
    oddSenders: [...oddSenders(policies), ...matched],
    oddRecipients: oddRecipients(policies),
  };
}

/** Recipients that every sender is tried with before all others. */
const firstRecipients = 6;

/** One client of each pair of source channels, then the others. */
function byPlaces(clients: readonly PlacedClient[]): readonly (readonly PlacedClient[])[] {
  const firsts = new Map<string, PlacedClient>();
  for (const one of clients) {
    const key = JSON.stringify([one.before, one.now, one.client.authUser]);
    if (!firsts.has(key)) firsts.set(key, one);
  }
  const chosen = new Set(firsts.values());
  return [[...chosen], clients.filter((one) => !chosen.has(one))];
}

/** Sessions with all names that occur, as far as the limit goes: every client first, then every sender. */
export function* namedTrials(sources: NamedSources): Generator<Trial> {
  const { clients, recipients, senders } = sources;
  const rest = { originalRecipient: null, notify: [] };
  const [first = '', ...others] = senders;
  for (const { client } of clients)
    for (const to of recipients) yield { ...client, ...rest, from: first, to };
  const few = recipients.slice(0, firstRecipients);
  for (const from of [...others, ...sources.oddSenders])
    for (const { client } of clients) for (const to of few) yield { ...client, ...rest, from, to };
  for (const some of byPlaces(clients)) {
    for (const from of others) {
      for (const { client } of some)
        for (const to of recipients.slice(firstRecipients)) yield { ...client, ...rest, from, to };
    }
  }
}
