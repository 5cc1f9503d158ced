/*
 * Databases on servers: look-ups through our pool beside the client of each store alone and Postfix, and a gateway whose
 * addresses are in a store.
 */
import { MissingPeer } from './measure.js';
import type { Row, Table } from './row.js';
import type { TellRow } from './run-tables.js';
import type { FilledStore, StartStore } from './stores/filled-store.js';
import { gatewayRows } from './stores/gateway.js';
import { filledSlapd } from './stores/ldap.js';
import { measureStore } from './stores/measure-store.js';
import { filledRedis } from './stores/redis.js';
import { filledSocketmap } from './stores/socketmap.js';
import { filledMariadb, filledPostgresql } from './stores/sql.js';
import { filledSqlite } from './stores/sqlite.js';
import { rowsOf } from './stores/store-figures.js';
import { type MissingStore, storePageLines } from './stores/store-page.js';

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

/** A running store with so many addresses, or what is missing for it. */
async function started(name: string, start: StartStore, count: number): Promise<FilledStore | MissingStore> {
  try {
    return await start(count);
  } catch (error) {
    if (!(error instanceof MissingPeer)) throw error;
    return { name, missing: error.install };
  }
}

/** The table `stores`; the gateway has so many addresses. */
export async function storesTable(addresses: number, tellRow: TellRow): Promise<Table> {
  const count = Math.min(entries, addresses);
  const rows: Row[] = [];
  const add = (row: Row): void => {
    rows.push(row);
    tellRow(row);
  };
  const stores = [];
  for (const { name, start } of kinds) {
    const store = await started(name, start, count);
    if ('missing' in store) {
      stores.push(store);
      add({ what: name, ours: { missing: store.missing }, peers: [], goals: [] });
      continue;
    }
    try {
      for await (const figures of measureStore(store, count)) {
        stores.push(figures);
        for (const row of rowsOf(figures)) add(row);
      }
    } finally {
      await store.stop();
    }
  }
  const gateways = await gatewayRows(addresses);
  for (const row of gateways) add(row);
  const notes = [
    `Look-ups of ${count} addresses, nothing is kept, all servers on this host; Postfix without the time of its start, and one after the other.`,
    'Gateway: one process, twenty sessions, a recipient of its own in each message; what it forwards is discarded.',
  ];
  const page = { file: 'docs/stores.md', lines: storePageLines(stores, gateways, notes) };
  return { name: 'stores', rows, notes, page };
}
