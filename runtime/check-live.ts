/*
 * Connects to every server of every store, and asks each what the databases in the store ask, with a key that nobody has: what
 * the servers are, how long they take, and what is wrong with them.
 */
import { performance } from 'node:perf_hooks';
import {
  type DatabaseInStore,
  databasesInStores,
  printServer,
  type SettingsFile,
  type StoreQuery,
  type StoreServer,
  type StoreSetting,
  storeQuery,
} from '../lib/config/index.js';
import type { Diagnostic } from '../lib/text/index.js';
import type { OpenConfiguration } from './open-configuration.js';
import { questionFinding, serverFinding } from './store-findings.js';
import { clientOf, QuestionRefused, ServerTrouble, type StoreReach, withinSeconds } from './stores/index.js';

/** A key that has every part that a query may put in, and that nobody has. */
export const trialKey = 'pmdf-check@a.b.c.d.e.f.g.h.invalid';

/** One question of a database to one server; the time in milliseconds. */
export interface LiveDatabase {
  readonly database: string;
  /** How many values the trial key has; null if the server refused the question. */
  readonly values: number | null;
  readonly ms: number;
}

/** What one server is. */
export interface LiveServer {
  readonly server: string;
  readonly tls: 'on' | 'off' | 'starttls';
  /** What it says it is; null if it does not say, or cannot be used. */
  readonly version: string | null;
  readonly isUsable: boolean;
  readonly databases: readonly LiveDatabase[];
}

/** A store with its servers. */
export interface LiveStore {
  readonly store: string;
  readonly kind: StoreSetting['kind'];
  readonly servers: readonly LiveServer[];
}

interface Asked {
  readonly database: DatabaseInStore;
  readonly query: StoreQuery;
}

/** One server, and its troubles: one that it cannot be used for, or one for each question. */
interface Outcome {
  readonly live: LiveServer;
  readonly trouble: ServerTrouble | null;
  readonly refused: readonly { readonly database: DatabaseInStore; readonly trouble: ServerTrouble }[];
}

function questionsTo(settings: SettingsFile, store: string, { kind }: StoreSetting): readonly Asked[] {
  return databasesInStores(settings).flatMap((database) => {
    if (database.setting.store !== store) return [];
    const query = storeQuery(kind, database.setting.question);
    return query === null ? [] : [{ database, query }];
  });
}

function since(begun: number): number {
  return Math.round((performance.now() - begun) * 10) / 10;
}

async function askServer(
  setting: StoreSetting,
  server: StoreServer,
  reach: StoreReach,
  questions: readonly Asked[],
): Promise<Outcome> {
  const tls = server.kind === 'path' ? 'off' : server.tls;
  const unusable: LiveServer = {
    server: printServer(server),
    tls,
    version: null,
    isUsable: false,
    databases: [],
  };
  const { timeout } = setting;
  try {
    const connection = await withinSeconds(timeout, (ends) =>
      clientOf(setting).connect(server, reach.secrets(), ends),
    );
    try {
      const version = await withinSeconds(timeout, async () => (await connection.version?.()) ?? null);
      const databases: LiveDatabase[] = [];
      const refused: { database: DatabaseInStore; trouble: ServerTrouble }[] = [];
      for (const { database, query } of questions) {
        const asked = performance.now();
        try {
          const values = await withinSeconds(timeout, () => connection.values(query, trialKey));
          databases.push({ database: database.name, values: values.length, ms: since(asked) });
        } catch (error) {
          if (!(error instanceof QuestionRefused)) throw error;
          databases.push({ database: database.name, values: null, ms: since(asked) });
          refused.push({ database, trouble: new ServerTrouble(server, error) });
        }
      }
      return { live: { ...unusable, version, isUsable: true, databases }, trouble: null, refused };
    } finally {
      connection.close();
    }
  } catch (error) {
    return { live: unusable, trouble: new ServerTrouble(server, error), refused: [] };
  }
}

/** Connects to all stores of a configuration, used or not, all servers at the same time. Never rejects. */
export async function checkLive(
  opened: OpenConfiguration,
  settings: SettingsFile,
): Promise<{ readonly stores: readonly LiveStore[]; readonly diagnostics: readonly Diagnostic[] }> {
  // Loading a client takes time that no server has to answer for; what fails, connecting tells.
  await Promise.all(
    [...settings.stores.values()].map((one) =>
      clientOf(one)
        .load()
        .catch(() => undefined),
    ),
  );
  const checked = [...settings.stores].map(async ([store, setting]) => {
    const reach = opened.reach(setting);
    const questions = questionsTo(settings, store, setting);
    const outcomes = await Promise.all(
      reach.servers.map((server) => askServer(setting, server, reach, questions)),
    );
    const isUsable = outcomes.some(({ trouble }) => trouble === null);
    const diagnostics = outcomes.flatMap(({ trouble, refused }) => [
      ...(trouble === null ? [] : [serverFinding(settings, store, trouble, isUsable)]),
      ...refused.map((one) => questionFinding(settings, one.database, one.trouble)),
    ]);
    return { live: { store, kind: setting.kind, servers: outcomes.map(({ live }) => live) }, diagnostics };
  });
  const stores = await Promise.all(checked);
  return {
    stores: stores.map(({ live }) => live),
    diagnostics: stores.flatMap(({ diagnostics }) => diagnostics),
  };
}
