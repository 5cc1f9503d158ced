/*
 * Addresses in a table of PostgreSQL and of MariaDB.
 */
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import pg from 'pg';
import {
  dbname,
  reader,
  type SqlServer,
  startMariadb,
  startPostgresql,
} from '../../e2e/support/sql-server.js';
import { afterNumber, valueFor } from './addresses.js';
import { type BareClient, type FilledStore, need } from './filled-store.js';

const passwordVariable = 'PMDF_BENCH_PASSWORD';
const table = 'addresses';
const columns = `address VARCHAR(64), target VARCHAR(200)`;
const select = `SELECT target FROM ${table} WHERE address =`;

function filled(
  server: SqlServer,
  given: Pick<FilledStore, 'name' | 'bareName' | 'bare'> & { readonly type: string },
): FilledStore {
  const { type, ...rest } = given;
  const login = [`user = ${reader.user}`, `password = ${reader.password}`, `dbname = ${dbname}`];
  return {
    ...rest,
    store: `kind: ${server.kind}, hosts: ['127.0.0.1:${server.port}'], user: ${reader.user}, password_env: ${passwordVariable}, dbname: ${dbname}`,
    question: `query: "${select} '%s'"`,
    env: { [passwordVariable]: reader.password },
    atOnce: [1, 8],
    table: {
      type,
      lines: [`hosts = inet:127.0.0.1:${server.port}`, ...login, `query = ${select} '%s'`],
    },
    stop: () => server.stop(),
  };
}

/** One client for each question at a time, since a client asks one after the other. */
async function forEach<C>(
  atOnce: number,
  open: () => Promise<C>,
  ask: (client: C, key: string) => Promise<string | null>,
  close: (client: C) => void,
): Promise<BareClient> {
  const clients = await Promise.all(Array.from({ length: atOnce }, open));
  return {
    ask: (key, place) => {
      const client = clients[place];
      if (client === undefined) throw new Error('there are not so many clients');
      return ask(client, key);
    },
    close: () => {
      for (const client of clients) close(client);
    },
  };
}

/** A column of the first row. */
function first(rows: readonly (readonly unknown[])[]): string | null {
  const value = rows[0]?.[0];
  return typeof value === 'string' ? value : null;
}

/** PostgreSQL with addresses. */
export async function filledPostgresql(count: number): Promise<FilledStore> {
  need('postgresql', 'the Debian package postgresql');
  const server = await startPostgresql();
  const numbers = `SELECT n || '${afterNumber}' AS address FROM generate_series(1, ${count}) n`;
  await server.run(
    `CREATE TABLE ${table} (${columns})`,
    `INSERT INTO ${table} SELECT address, ${valueInSql("' || address || '")} FROM (${numbers}) a`,
    `CREATE INDEX ON ${table} (address)`,
    `ANALYZE ${table}`,
  );
  return filled(server, {
    name: 'PostgreSQL',
    type: 'pgsql',
    bareName: 'the package pg alone, a connection for each at a time',
    bare: (atOnce) =>
      forEach(
        atOnce,
        async () => {
          const { port } = server;
          const client = new pg.Client({ host: '127.0.0.1', port, ...reader, database: dbname, ssl: false });
          await client.connect();
          return client;
        },
        async (client, key) => {
          const { rows } = await client.query<unknown[]>({
            text: `${select} $1`,
            values: [key],
            rowMode: 'array',
          });
          return first(rows);
        },
        (client) => void client.end(),
      ),
  });
}

/** MariaDB with addresses. */
export async function filledMariadb(count: number): Promise<FilledStore> {
  need('mariadb', 'the Debian package mariadb-server');
  const server = await startMariadb();
  const numbers = `SELECT concat(seq, '${afterNumber}') AS address FROM seq_1_to_${count}`;
  await server.run(
    `CREATE TABLE ${table} (${columns}, KEY (address)) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
    `INSERT INTO ${table} SELECT address, concat(${valueInSql("', address, '")}) FROM (${numbers}) a`,
    `ANALYZE TABLE ${table}`,
  );
  return filled(server, {
    name: 'MariaDB',
    type: 'mysql',
    bareName: 'the package mysql2 alone, a connection for each at a time',
    bare: (atOnce) =>
      forEach(
        atOnce,
        async () => {
          const { user, password } = reader;
          const options = { host: '127.0.0.1', port: server.port, user, password, database: dbname };
          return await createConnection({ ...options, charset: 'utf8mb4' });
        },
        async (client, key) => {
          const [rows] = await client.execute<RowDataPacket[][]>({
            sql: `${select} ?`,
            values: [key],
            rowsAsArray: true,
          });
          return first(rows);
        },
        (client) => client.destroy(),
      ),
  });
}

/** The value of a key as an expression of SQL in which the key is `expression`, out of the quotes. */
function valueInSql(expression: string): string {
  return `'${valueFor(expression)}'`;
}
