/*
 * Connects to a store for the content of one database in it, beside its pool. What goes wrong becomes a finding at the settings of
 * the store or the database.
 */
import { type DatabaseInStore, printServer, type SettingsFile, storeQuery } from '../../lib/config/index.js';
import {
  ConfigError,
  lacksFinding,
  type OpenConfiguration,
  placeOfStore,
  questionFinding,
  serverFinding,
} from '../../runtime/index.js';
import {
  clientOf,
  connectToFirst,
  openContents,
  QuestionRefused,
  ServerTrouble,
  type StoreContents,
  type StoredDatabase,
  StoreLacks,
  type StoreReach,
} from '../../runtime/stores/index.js';

/** A database of the configuration that is in a store, and what is needed to reach it. */
export interface ReachableDatabase {
  readonly kind: 'store';
  readonly database: DatabaseInStore;
  readonly stored: StoredDatabase;
  readonly reach: StoreReach;
  readonly settings: SettingsFile;
}

/** What is needed to reach a database; its settings must be without errors. */
export function reachable(opened: OpenConfiguration, database: DatabaseInStore): ReachableDatabase {
  const { settings } = opened.configuration.sources;
  const setting = settings.stores.get(database.setting.store);
  const query = setting === undefined ? null : storeQuery(setting.kind, database.setting.question);
  if (setting === undefined || query === null) throw new Error(`${database.title} has no store`);
  return { kind: 'store', database, stored: { setting, query }, reach: opened.reach(setting), settings };
}

/** The finding that an error is about a database in a store; other errors as they are. */
function asFinding({ database, settings }: ReachableDatabase, error: unknown): unknown {
  if (error instanceof StoreLacks) return new ConfigError([lacksFinding(settings, database, error)]);
  if (!(error instanceof ServerTrouble)) return error;
  if (error.cause instanceof QuestionRefused)
    return new ConfigError([questionFinding(settings, database, error)]);
  const { store } = database.setting;
  return new ConfigError([serverFinding(placeOfStore(settings, store), `the store \`${store}\``, error)]);
}

/**
 * Does some work with the content of a database, on the first of its servers that lets us; `server` is its name. Throws ConfigError
 * if that cannot be done.
 */
export async function withContents<T>(
  database: ReachableDatabase,
  work: (contents: StoreContents, server: string) => Promise<T>,
): Promise<T> {
  const { stored, reach } = database;
  const { timeout } = stored.setting;
  // The time of a server does not include loading the client; what fails, connecting tells.
  await clientOf(stored.setting)
    .load()
    .catch(() => undefined);
  try {
    const { server, connected } = await connectToFirst(
      reach,
      timeout,
      (one, secrets, ends) => openContents(stored, one, secrets, ends),
      (error) => error instanceof StoreLacks,
    );
    try {
      return await work(connected, printServer(server));
    } finally {
      connected.close();
    }
  } catch (error) {
    throw asFinding(database, error);
  }
}
