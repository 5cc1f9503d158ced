/*
 * The client of each kind of store. Its package is loaded when the first question is asked.
 */
import type { StoreSetting } from '../../lib/config/index.js';
import type { Connection, PoolQuery } from './open-connections.js';
import type { Secrets, StoreClient, StoreServer } from './store-connection.js';

/**
 * How many questions may be on one connection at once: several where answers are told apart, by their order or by a number, and
 * the server expects that. With as many, a client of Redis still sends and reads all of them at once; servers of LDAP have
 * limits of their own, such as 100 in OpenLDAP.
 */
const questionsAtOnce: Readonly<Record<StoreSetting['kind'], number>> = {
  redis: 64,
  ldap: 16,
  postgresql: 1,
  mysql: 1,
  sqlite: 1,
  socketmap: 1,
};

/** The client of one store. */
export interface BoundClient {
  /** How many questions may be on one connection at once. */
  readonly questionsAtOnce: number;
  /** Loads its package. Rejects with PackageMissing. */
  load(): Promise<void>;
  connect(server: StoreServer, secrets: Secrets, ends: AbortSignal): Promise<Connection>;
}

type QueryOf<K extends PoolQuery['kind']> = Extract<PoolQuery, { kind: K }>;

/** Joins a client with the settings of a store, and lets only queries of its kind through to it. */
function bound<S extends StoreSetting, K extends PoolQuery['kind']>(
  setting: S,
  isQuery: (query: PoolQuery) => query is QueryOf<K>,
  load: () => Promise<StoreClient<S, QueryOf<K>>>,
): BoundClient {
  return {
    questionsAtOnce: questionsAtOnce[setting.kind],
    async load() {
      const client = await load();
      await client.load?.();
    },
    async connect(server, secrets, ends) {
      const client = await load();
      const connection = await client.connect(server, { ...setting, ...secrets }, ends);
      const { valuesAtOnce } = connection;
      return {
        ...(valuesAtOnce === undefined
          ? {}
          : {
              valuesAtOnce: (query, key) =>
                isQuery(query) ? valuesAtOnce.call(connection, query, key) : null,
            }),
        values: (query, key) => {
          if (isQuery(query)) return connection.values(query, key);
          throw new Error(`a store of the kind ${setting.kind} was asked a query of the kind ${query.kind}`);
        },
        version: async () => (await connection.version?.()) ?? null,
        close: () => connection.close(),
        keepAlive: (wanted) => connection.keepAlive?.(wanted),
      };
    },
  };
}

function isKind<K extends PoolQuery['kind']>(kind: K) {
  return (query: PoolQuery): query is QueryOf<K> => query.kind === kind;
}

function isLdapQuery(query: PoolQuery): query is QueryOf<'ldap' | 'ldap search'> {
  return query.kind === 'ldap' || query.kind === 'ldap search';
}

/** The client of a store. */
export function clientOf(setting: StoreSetting): BoundClient {
  switch (setting.kind) {
    case 'redis':
      return bound(setting, isKind('redis'), async () => (await import('./clients/redis.js')).redisClient);
    case 'socketmap':
      return bound(
        setting,
        isKind('socketmap'),
        async () => (await import('./clients/socketmap.js')).socketmapClient,
      );
    case 'ldap':
      return bound(setting, isLdapQuery, async () => (await import('./clients/ldap.js')).ldapClient);
    case 'postgresql':
      return bound(
        setting,
        isKind('sql'),
        async () => (await import('./clients/postgresql.js')).postgresqlClient,
      );
    case 'mysql':
      return bound(setting, isKind('sql'), async () => (await import('./clients/mysql.js')).mysqlClient);
    case 'sqlite':
      return bound(setting, isKind('sql'), async () => (await import('./clients/sqlite.js')).sqliteClient);
  }
}
