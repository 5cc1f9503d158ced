/*
 * Connects to every server of every store and of everything else that is searched, and asks each what the configuration asks it,
 * with a key that nobody has: what the servers are, how long they take, and what is wrong with them.
 */
import { performance } from 'node:perf_hooks';
import { printServer, type StoreServer, type StoreSetting } from '../lib/config/index.js';
import type { Diagnostic } from '../lib/text/index.js';
import { type LiveTarget, liveTargets } from './live-targets.js';
import type { Configuration } from './load-configuration.js';
import type { OpenConfiguration } from './open-configuration.js';
import { clientOf, QuestionRefused, ServerTrouble, type StoreReach, withinSeconds } from './stores/index.js';

/** One question of a database to one server; the time in milliseconds. */
export interface LiveDatabase {
  readonly database: string;
  /** How many values the trial key has; null if the server refused the question. */
  readonly values: number | null;
  readonly ms: number;
}

/** One search at one server. */
export interface LiveSearch {
  /** As an LDAP URL. */
  readonly search: string;
  /** How many entries it finds, one at most; null if the server refused it. */
  readonly entries: number | null;
  readonly ms: number;
}

/** Something that gateways count together. */
export interface LiveCount {
  readonly counted: string;
  readonly works: boolean;
}

/** What one server is. */
export interface LiveServer {
  readonly server: string;
  /** Null where there is no network to protect: a UNIX socket, or a file. */
  readonly tls: 'on' | 'off' | 'starttls' | null;
  /** What it says it is; null if it does not say, or cannot be used. */
  readonly version: string | null;
  readonly isUsable: boolean;
  readonly databases: readonly LiveDatabase[];
  readonly searches: readonly LiveSearch[];
  /** What is counted there, such as `failed logins`, and whether it can be. */
  readonly counts: readonly LiveCount[];
}

/** The servers of a store, of a directory channel, or of LDAP_HOST (both names null). */
export interface LiveServers {
  readonly store: string | null;
  readonly channel: string | null;
  readonly kind: StoreSetting['kind'];
  readonly servers: readonly LiveServer[];
}

/** One server, and its troubles: one that it cannot be used for, or one for each question. */
interface Outcome {
  readonly live: LiveServer;
  readonly trouble: ServerTrouble | null;
  readonly refused: readonly Diagnostic[];
}

function since(begun: number): number {
  return Math.round((performance.now() - begun) * 10) / 10;
}

async function askServer(
  { setting, questions }: LiveTarget,
  server: StoreServer,
  reach: StoreReach,
): Promise<Outcome> {
  const tls = server.kind === 'path' ? null : server.tls;
  const unusable: LiveServer = {
    server: printServer(server),
    tls,
    version: null,
    isUsable: false,
    databases: [],
    searches: [],
    counts: [],
  };
  const { timeout } = setting;
  try {
    const secrets = reach.secrets();
    const connection = await withinSeconds(timeout, (ends) =>
      clientOf(setting).connect(server, secrets, ends),
    );
    try {
      const version = await withinSeconds(timeout, async () => (await connection.version?.()) ?? null);
      const databases: LiveDatabase[] = [];
      const searches: LiveSearch[] = [];
      const refused: Diagnostic[] = [];
      const counts: LiveCount[] = [];
      for (const { kind, name, ask, refused: findingFor } of questions) {
        const asked = performance.now();
        const add = (found: number | null): void => {
          const ms = since(asked);
          if (kind === 'database') databases.push({ database: name, values: found, ms });
          else if (kind === 'search') searches.push({ search: name, entries: found, ms });
          else counts.push({ counted: name, works: found !== null });
        };
        try {
          add(await withinSeconds(timeout, (ends) => ask({ connection, server, secrets, ends })));
        } catch (error) {
          if (!(error instanceof QuestionRefused)) throw error;
          add(null);
          refused.push(findingFor(new ServerTrouble(server, error)));
        }
      }
      return {
        live: { ...unusable, version, isUsable: true, databases, searches, counts },
        trouble: null,
        refused,
      };
    } finally {
      connection.close();
    }
  } catch (error) {
    return { live: unusable, trouble: new ServerTrouble(server, error), refused: [] };
  }
}

/** Connects to all servers of a configuration, used or not, at the same time. Never rejects. */
export async function checkLive(
  opened: OpenConfiguration,
  configuration: Configuration,
): Promise<{ readonly live: readonly LiveServers[]; readonly diagnostics: readonly Diagnostic[] }> {
  const targets = liveTargets(configuration);
  // Loading a client takes time that no server has to answer for; what fails, connecting tells.
  await Promise.all(
    targets.map(({ setting }) =>
      clientOf(setting)
        .load()
        .catch(() => undefined),
    ),
  );
  const checked = targets.map(async (target) => {
    const { store, channel, setting } = target;
    const reach = opened.reach(setting);
    const outcomes = await Promise.all(reach.servers.map((server) => askServer(target, server, reach)));
    const isUsable = outcomes.some(({ trouble }) => trouble === null);
    const diagnostics = outcomes.flatMap(({ trouble, refused }) => [
      ...(trouble === null ? [] : [target.unusable(trouble, isUsable)]),
      ...refused,
    ]);
    const servers = outcomes.map(({ live }) => live);
    return { live: { store, channel, kind: setting.kind, servers }, diagnostics };
  });
  const all = await Promise.all(checked);
  return { live: all.map(({ live }) => live), diagnostics: all.flatMap(({ diagnostics }) => diagnostics) };
}
