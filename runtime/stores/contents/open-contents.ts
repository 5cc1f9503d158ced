/*
 * Opens the content of a database in a store, of whatever kind.
 */
import type { StoreQuery, StoreServer, StoreSetting } from '../../../lib/config/index.js';
import type { Secrets } from '../store-connection.js';
import { withNamedTrouble } from './named-trouble.js';
import { SqlContents } from './sql-contents.js';
import { type StoreContents, StoreLacks } from './store-contents.js';

/** A store and how a database in it is asked. */
export interface StoredDatabase {
  readonly setting: StoreSetting;
  readonly query: StoreQuery;
}

function mismatch({ setting, query }: StoredDatabase): Error {
  return new Error(`a store of the kind ${setting.kind} has a query of the kind ${query.kind}`);
}

async function connected(
  { setting, query }: StoredDatabase,
  server: StoreServer,
  secrets: Secrets,
  ends: AbortSignal,
): Promise<StoreContents> {
  switch (setting.kind) {
    case 'redis': {
      if (query.kind !== 'redis') throw mismatch({ setting, query });
      const { openRedisContents } = await import('./redis-contents.js');
      return await openRedisContents(server, { settings: { ...setting, ...secrets }, query }, ends);
    }
    case 'postgresql':
    case 'mysql': {
      if (query.kind !== 'sql') throw mismatch({ setting, query });
      const given = { ...setting, ...secrets };
      const session =
        setting.kind === 'postgresql'
          ? (await import('./postgresql-session.js')).openPostgresqlSession(server, given, ends)
          : (await import('./mysql-session.js')).openMysqlSession(server, given, ends);
      return new SqlContents(await session, query);
    }
    case 'sqlite': {
      if (query.kind !== 'sql') throw mismatch({ setting, query });
      const { openSqliteSession } = await import('./sqlite-session.js');
      return new SqlContents(await openSqliteSession(server, setting), query);
    }
    case 'ldap': {
      if (query.kind !== 'ldap') throw mismatch({ setting, query });
      const { openLdapContents } = await import('./ldap-contents.js');
      return await openLdapContents(server, { settings: { ...setting, ...secrets }, query }, ends);
    }
    case 'socketmap': {
      const hint = 'use the database that the server takes its answers from';
      throw new StoreLacks('a server that speaks socketmap can only be asked for single keys', hint);
    }
  }
}

/**
 * Connects to one server. Rejects with StoreLacks where entries can only be asked for, else with the reason; gives up when `ends`
 * is aborted. The methods of the content then reject with ServerTrouble or StoreLacks.
 */
export async function openContents(
  database: StoredDatabase,
  server: StoreServer,
  secrets: Secrets,
  ends: AbortSignal,
): Promise<StoreContents> {
  return withNamedTrouble(server, await connected(database, server, secrets, ends));
}
