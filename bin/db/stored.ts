/*
 * `pmdf db get|set|delete` for a database in a store.
 */

import { join } from 'node:path';
import { printServer, type StoreServer } from '../../lib/config/index.js';
import { databaseNames, foldKey, type ValuesAnswer } from '../../lib/engine/index.js';
import { lookUp } from '../../runtime/databases/index.js';
import { ConfigError, unansweredFinding, withConfiguration } from '../../runtime/index.js';
import { unusableInStore } from '../../runtime/stores/index.js';
import {
  type Arguments,
  configFolder,
  failedReport,
  goodReport,
  quoted,
  type Report,
  visible,
  withContents,
} from '../support/index.js';
import { allValues, asValues, valuesJson } from './found-values.js';
import type { FoundInStore } from './named-databases.js';

/** Asks as the gateway does, with a pool of its own, whose cache is empty. */
async function ask(given: Arguments, { database: { name }, directory }: FoundInStore, key: string) {
  let from: StoreServer | null = null;
  const answer = await withConfiguration(
    join(configFolder(given), 'pmdf'),
    async ({ configuration: { databases, directories } }): Promise<ValuesAnswer> => {
      if (directory !== null) {
        const ofDomain = directories.get(directory.channel)?.get(directory.domain);
        if (ofDomain === undefined) throw new Error(`the database of ${name} is not open`);
        return await ofDomain.values(key, allValues);
      }
      const known = databaseNames.find((one) => one === name);
      const database = known === undefined ? undefined : databases.get(known);
      if (database === undefined) throw new Error(`the ${name} database is not open`);
      return asValues(await lookUp(database, key));
    },
    (server) => {
      from = server;
    },
  );
  return { answer, server: from === null ? null : printServer(from) };
}

/** Looks up a key, and says which server of which store has answered. */
export async function getStored(given: Arguments, where: FoundInStore, key: string): Promise<Report> {
  const { database, settings } = where;
  const { name } = database;
  const { store } = database.setting;
  const { answer, server } = await ask(given, where, key);
  const from = { store, server, cached: false };
  const told = server === null ? 'no server was asked' : `asked ${server}, not a cache`;
  const place = `store ${quoted(store)}: ${told}`;
  switch (answer.kind) {
    case 'values':
      return goodReport(
        { database: name, key, ...valuesJson(where, answer.values), from },
        answer.values.map(visible),
        [place],
      );
    case 'absent': {
      const report = failedReport(
        { database: name, key, ...valuesJson(where, []), from },
        `${quoted(key)} is not in ${quoted(name)}`,
      );
      return { ...report, complaint: (paint) => [...(report.complaint?.(paint) ?? []), place] };
    }
    case 'failed':
      throw new ConfigError([unansweredFinding(settings, database, answer.cause)]);
  }
}

/** Sets entries, one after the other. */
export async function setStored(
  database: FoundInStore,
  entries: readonly { readonly key: string; readonly value: string }[],
): Promise<{ readonly before: number; readonly added: number; readonly server: string }> {
  for (const entry of entries) {
    const why = unusableInStore(entry);
    if (why !== null) throw new Error(`${quoted(entry.key)} cannot be set: ${why}`);
  }
  return await withContents(database, async (contents, server) => {
    let [before, added] = [0, 0];
    for (const { key, value } of entries) {
      const had = await contents.change(foldKey(key), () => value);
      before += had.length;
      if (had.length === 0) added += 1;
    }
    return { before, added, server };
  });
}

/** Deletes all values of a key. */
export async function deleteStored(stored: FoundInStore, key: string): Promise<Report> {
  const { name, setting } = stored.database;
  const { deleted, server } = await withContents(stored, async (contents, at) => ({
    deleted: (await contents.change(foldKey(key), () => null)).length,
    server: at,
  }));
  const json = { database: name, key, deleted, store: setting.store, server };
  if (deleted === 0) return failedReport(json, `${quoted(key)} is not in ${quoted(name)}`);
  return goodReport(json, [`${quoted(key)} deleted`]);
}
