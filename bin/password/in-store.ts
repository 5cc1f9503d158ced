/*
 * The password database in a store. The records of a user are one value, which is changed in one step on the server.
 */
import { join } from 'node:path';
import { type DatabaseInStore, databasesInStores } from '../../lib/config/index.js';
import { ConfigError, unansweredFinding, withConfiguration } from '../../runtime/index.js';
import {
  type PasswordRecord,
  printUserRecords,
  readUserRecords,
  type UserRecords,
  userName,
} from '../../runtime/passwords/index.js';
import {
  type Arguments,
  configFolder,
  quoted,
  type ReachableDatabase,
  reachable,
  withContents,
} from '../support/index.js';
import type { PasswordPlace, PasswordsBefore, ShownRecord } from './password-place.js';

function byCode(left: ShownRecord, right: ShownRecord): number {
  const [one, other] = [left, right].map(({ user, service }) => `${user} ${service}`);
  return (one ?? '') < (other ?? '') ? -1 : 1;
}

/** The records of a user. Throws if they cannot be read. */
function recordsOf(user: string, values: readonly string[]): UserRecords {
  const records = values.length === 0 ? new Map() : readUserRecords(user, values);
  if (records === null) throw new Error(`the record of ${quoted(user)} in the store cannot be read`);
  return records;
}

const mostNamed = 10;

function unreadable(users: readonly string[]): readonly string[] {
  if (users.length === 0) return [];
  const more = users.length > mostNamed ? ', ...' : '';
  return [
    `pmdf: what cannot be read is left out: ${users.slice(0, mostNamed).map(quoted).join(', ')}${more}`,
  ];
}

/** The place of the passwords in the settings. */
function inSettings(databases: readonly DatabaseInStore[]): DatabaseInStore {
  const found = databases.find(({ path }) => path === 'auth.passwords');
  if (found === undefined) throw new Error('the settings name no store for passwords');
  return found;
}

/** The database of a command, which the settings put into a store. */
export function passwordsInStore(given: Arguments): PasswordPlace {
  const folder = join(configFolder(given), 'pmdf');

  async function reached(): Promise<ReachableDatabase> {
    return await withConfiguration(folder, (opened) =>
      reachable(opened, inSettings(databasesInStores(opened.configuration.sources.settings))),
    );
  }

  /** Changes the records of a user as `make` does. */
  async function change(
    user: string,
    make: (records: Map<string, PasswordRecord>) => void,
    service: string | null,
  ): Promise<PasswordsBefore> {
    let before: readonly string[] = [];
    await withContents(await reached(), (contents) =>
      contents.change(user, (values) => {
        const records = new Map(recordsOf(user, values));
        before = [...records.keys()].filter((one) => service === null || one === service).sort();
        make(records);
        return printUserRecords(records);
      }),
    );
    return { before, complaint: [] };
  }

  return {
    set: (user, service, hash) =>
      change(user, (records) => void records.set(service, { user, service, hash }), service),
    delete: (user, service) =>
      change(user, (records) => (service === null ? records.clear() : void records.delete(service)), service),
    list: async () => {
      const records: ShownRecord[] = [];
      const wrong: string[] = [];
      await withContents(await reached(), async (contents) => {
        for await (const batch of contents.entries()) {
          for (const { key, values } of batch) {
            const found = userName(key) === null ? null : readUserRecords(key, values);
            if (found === null) wrong.push(key);
            else for (const record of found.values()) records.push(record);
          }
        }
      });
      return { records: records.sort(byCode), complaint: unreadable(wrong) };
    },
    hashOf: async (user, service) =>
      await withConfiguration(folder, async ({ configuration }) => {
        const { passwords, sources } = configuration;
        if (passwords === null) throw new Error('the password database is not open');
        const answer = await passwords.recordOf(user, service);
        if (answer.kind !== 'failed') return answer.kind === 'found' ? answer.record.hash : null;
        const database = inSettings(databasesInStores(sources.settings));
        throw new ConfigError([unansweredFinding(sources.settings, database, answer.cause)]);
      }),
  };
}
