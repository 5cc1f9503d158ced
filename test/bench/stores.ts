/*
 * Databases on servers: look-ups through our pool beside the client of each store alone and Postfix, and a gateway whose
 * addresses are in a store.
 */
import { MissingPeer } from './measure.js';
import type { Row, Table } from './row.js';
import type { FilledStore, StartStore } from './stores/filled-store.js';
import { gatewayRows } from './stores/gateway.js';
import { filledSlapd } from './stores/ldap.js';
import { measureStore } from './stores/measure-store.js';
import { filledRedis } from './stores/redis.js';
import { filledSocketmap } from './stores/socketmap.js';
import { filledMariadb, filledPostgresql } from './stores/sql.js';
import { filledSqlite } from './stores/sqlite.js';

/** The addresses in each store whose look-ups are timed. */
const entries = 100_000;

const kinds: readonly { readonly name: string; readonly start: StartStore }[] = [
  { name: 'Redis', start: filledRedis },
  { name: 'PostgreSQL', start: filledPostgresql },
  { name: 'MariaDB', start: filledMariadb },
  { name: 'SQLite', start: filledSqlite },
  { name: 'LDAP', start: filledSlapd },
  { name: 'socketmap', start: filledSocketmap },
];

/** The rows of a kind of store; one that says what is missing if it cannot be started. */
async function rowsOf(name: string, start: StartStore, count: number): Promise<readonly Row[]> {
  let filled: FilledStore;
  try {
    filled = await start(count);
  } catch (error) {
    if (!(error instanceof MissingPeer)) throw error;
    return [{ what: name, ours: { missing: error.install }, peers: [], goals: [] }];
  }
  try {
    return await measureStore(filled, count);
  } finally {
    await filled.stop();
  }
}

/** The table `stores`; the gateway has so many addresses. */
export async function storesTable(addresses: number): Promise<Table> {
  const rows: Row[] = [];
  for (const { name, start } of kinds)
    rows.push(...(await rowsOf(name, start, Math.min(entries, addresses))));
  rows.push(...(await gatewayRows(addresses)));
  const notes = [
    `Look-ups of ${Math.min(entries, addresses)} addresses, nothing is kept, all servers on this host; Postfix without the time of its start, and one after the other.`,
    'Gateway: one process, twenty sessions, a recipient of its own in each message; what it forwards is discarded.',
  ];
  return { name: 'stores', rows, notes };
}
