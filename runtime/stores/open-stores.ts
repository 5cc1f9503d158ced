/*
 * The stores in use, each open once however often the configuration is reloaded. Opening connects to nothing: the first
 * question does.
 */
import { readFileSync } from 'node:fs';
import type { RedisStore, StoreLimits, StoreServer, StoreSetting } from '../../lib/config/index.js';
import { describeError, resolveFileName } from '../files/index.js';
import type { Clock } from '../time/index.js';
import { clientOf } from './clients.js';
import type { Connection } from './open-connections.js';
import type { StoreReach } from './reach-servers.js';
import { connectForScripts, scriptLimits } from './redis-scripts.js';
import type { ReportServer } from './server-state.js';
import type { Secrets } from './store-connection.js';
import { type PoolOptions, StorePool } from './store-pool.js';
import { hasCertificate } from './tls-options.js';

export interface StoreOptions {
  readonly clock: Clock;
  /** Receives what is wrong with a server, and that it answers again. */
  readonly report: ReportServer;
  /** Receives each server that answers a question; not for answers that were kept. */
  readonly answered?: (server: StoreServer) => void;
}

/** For the password of one login, in seconds: a login has other things to wait for. */
const longestLoginWait = 3;

function serversOf(setting: StoreSetting): readonly StoreServer[] {
  return setting.kind === 'sqlite' ? [{ kind: 'path', path: setting.file }] : setting.hosts;
}

export class OpenStores {
  readonly #folder: string;
  readonly #options: StoreOptions;
  readonly #pools = new Map<string, StorePool>();

  /** `folder` is the path of config/pmdf, to which names of files are relative. */
  constructor(folder: string, options: StoreOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  /** The pool of a store; the same one while its settings are the same. */
  open(name: string, setting: StoreSetting): StorePool {
    return this.#openWith(JSON.stringify([name, setting]), name, setting, setting);
  }

  /** The pool of a store for passwords: no answer is kept, so that a password that was changed is wrong at once. */
  openUncached(name: string, setting: StoreSetting): StorePool {
    const { connections, retry } = setting;
    const timeout = Math.min(setting.timeout, longestLoginWait);
    const limits = { connections, retry, timeout, cache: { found: 0, absent: 0, entries: 0 } };
    return this.#openWith(JSON.stringify(['uncached', name, setting]), name, setting, limits);
  }

  /** The pool of a store in which gateways count together: never from a cache, and with a short time for each count. */
  openCounts(name: string, setting: RedisStore): StorePool {
    return this.#poolOf(JSON.stringify(['counts', name, setting]), () => {
      const client = clientOf(setting);
      const { servers, secrets } = this.reach(setting);
      return {
        name,
        limits: scriptLimits(setting),
        servers,
        questionsAtOnce: client.questionsAtOnce,
        connect: async (server, ends) => await connectForScripts(server, { ...setting, ...secrets() }, ends),
        load: () => client.load(),
      };
    });
  }

  /** What is needed to connect to the servers of a store without its pool. */
  reach(setting: StoreSetting): StoreReach {
    const servers = serversOf(setting).map((server) =>
      server.kind === 'path' ? { ...server, path: resolveFileName(this.#folder, server.path) } : server,
    );
    return { servers, secrets: () => this.#secretsOf(setting) };
  }

  /** Reports something about answers. */
  warn(message: string): void {
    this.#options.report('warning', message);
  }

  /** Forgets all pools but these; one that mail still uses keeps no connection open between its questions. */
  keepOnly(used: ReadonlySet<StorePool>): void {
    for (const [identity, pool] of this.#pools) {
      if (used.has(pool)) continue;
      this.#pools.delete(identity);
      pool.retire();
    }
  }

  /** Closes all of them. */
  close(): void {
    for (const pool of this.#pools.values()) pool.close();
    this.#pools.clear();
  }

  #openWith(identity: string, name: string, setting: StoreSetting, limits: StoreLimits): StorePool {
    return this.#poolOf(identity, () => {
      const client = clientOf(setting);
      const { servers, secrets } = this.reach(setting);
      return {
        name,
        limits,
        servers,
        questionsAtOnce: client.questionsAtOnce,
        // Read for each connection, so that a changed password is used.
        connect: async (server, ends) => this.#watched(server, await client.connect(server, secrets(), ends)),
        load: () => client.load(),
      };
    });
  }

  /** The pool with an identity, made where there is none yet. */
  #poolOf(identity: string, parts: () => Omit<PoolOptions, 'clock' | 'report'>): StorePool {
    const known = this.#pools.get(identity);
    if (known !== undefined) return known;
    const pool = new StorePool({ ...this.#options, ...parts() });
    this.#pools.set(identity, pool);
    return pool;
  }

  /** A connection whose answers are told to `answered`. */
  #watched(server: StoreServer, connection: Connection): Connection {
    const { answered } = this.#options;
    if (answered === undefined) return connection;
    const { valuesAtOnce } = connection;
    return {
      ...connection,
      values: async (query, key) => {
        const values = await connection.values(query, key);
        answered(server);
        return values;
      },
      ...(valuesAtOnce === undefined
        ? {}
        : {
            valuesAtOnce: (query, key) => {
              const values = valuesAtOnce(query, key);
              if (values !== null) answered(server);
              return values;
            },
          }),
    };
  }

  #read(file: string): string {
    try {
      return readFileSync(resolveFileName(this.#folder, file), 'utf8');
    } catch (error) {
      throw new Error(`\`${file}\` cannot be read: ${describeError(error)}`);
    }
  }

  /** Throws if a file or variable that the settings name is not there. */
  #secretsOf(setting: StoreSetting): Secrets {
    const tlsCa = 'tlsCa' in setting ? setting.tlsCa : null;
    const ca = tlsCa === null ? null : this.#read(tlsCa);
    // Without this, every certificate would be refused for a reason that misleads.
    if (ca !== null && !hasCertificate(ca)) throw new Error(`\`${tlsCa}\` has no certificate`);
    if (!('passwordFile' in setting)) return { password: null, ca };
    const { passwordFile, passwordEnv } = setting;
    if (passwordFile !== null) return { password: this.#read(passwordFile).split(/\r?\n/, 1)[0] ?? '', ca };
    if (passwordEnv === null) return { password: null, ca };
    const password = process.env[passwordEnv];
    if (password === undefined) throw new Error(`the environment variable \`${passwordEnv}\` is not set`);
    return { password, ca };
  }
}
