/*
 * Connects to a store for the content of one database in it, beside its pool. What goes wrong becomes a finding at the settings of
 * the store or the database.
 */
import { printServer } from '../../lib/config/index.js';
import {
  ConfigError,
  lacksFinding,
  placeOfStore,
  questionFinding,
  serverFinding,
} from '../../runtime/index.js';
import {
  connectToFirst,
  openContents,
  QuestionRefused,
  ServerTrouble,
  type StoreContents,
  StoreLacks,
} from '../../runtime/stores/index.js';
import type { DatabaseInStore } from './find-database.js';

/** The finding that an error is about a database in a store; other errors as they are. */
function asFinding({ name, store, settings }: DatabaseInStore, error: unknown): unknown {
  if (error instanceof StoreLacks) return new ConfigError([lacksFinding(settings, name, error.message)]);
  if (!(error instanceof ServerTrouble)) return error;
  if (error.cause instanceof QuestionRefused)
    return new ConfigError([questionFinding(settings, name, error)]);
  return new ConfigError([serverFinding(placeOfStore(settings, store), `the store \`${store}\``, error)]);
}

/**
 * Does some work with the content of a database, on the first of its servers that lets us; `server` is its name. Throws ConfigError
 * if that cannot be done.
 */
export async function withContents<T>(
  database: DatabaseInStore,
  work: (contents: StoreContents, server: string) => Promise<T>,
): Promise<T> {
  const { stored, reach } = database;
  const { timeout } = stored.setting;
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
