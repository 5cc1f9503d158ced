/*
 * PostgreSQL, with the package `pg`. Statements have no name on the server: proxies that share connections, such as PgBouncer,
 * lose named ones, and the plan of a named one can become out of date.
 */
import { Socket } from 'node:net';
import { basename, dirname } from 'node:path';
import { loadPackage } from '../load-package.js';
import type { StoreServer } from '../store-connection.js';
import { tlsOptions } from '../tls-options.js';
import { type SqlPackage, sqlClient } from './sql-server.js';

const usualPort = 5432;

/**
 * Classes of SQLSTATE that are about the server rather than the question: connection, resources, intervention, system.
 * Ref: PostgreSQL, Appendix A, PostgreSQL Error Codes
 */
const serverErrors = /^(?:08|53|57P|58|F0|XX)/;

/** Host and port as `pg` wants them: the port is part of the name of a socket, `/run/postgresql/.s.PGSQL.5432`. */
function addressOf(server: StoreServer): { readonly host: string; readonly port: number } {
  if (server.kind === 'host') return server;
  const [, port] = /^\.s\.PGSQL\.([0-9]{1,5})$/.exec(basename(server.path)) ?? [];
  return port === undefined
    ? { host: server.path, port: usualPort }
    : { host: dirname(server.path), port: Number(port) };
}

function isRefusal(error: unknown): error is Error {
  return (
    error instanceof Error &&
    'severity' in error &&
    'code' in error &&
    typeof error.code === 'string' &&
    !serverErrors.test(error.code)
  );
}

/** Every value as the server wrote it. */
export const asText = { getTypeParser: () => (value: string | Buffer) => value };

const load = () => loadPackage('pg', () => import('pg'));

export type PostgresqlClient = InstanceType<Awaited<ReturnType<typeof load>>['default']['Client']>;

export const postgresql: SqlPackage<PostgresqlClient> = {
  load,
  async begin(server, settings) {
    const { Client } = (await load()).default;
    const tls = tlsOptions(server, settings);
    const { host, port } = addressOf(server);
    const { user, dbname, password } = settings;
    const socket = new Socket();
    const client = new Client({
      host,
      port,
      ...(user === null ? {} : { user }),
      ...(dbname === null ? {} : { database: dbname }),
      // A function, so that neither the environment nor a file of the account is asked for another password.
      password: () => {
        if (password === null) throw new Error('the server wants a password, and none is configured');
        return password;
      },
      // Older versions check the certificate of an address against another name unless they are told.
      ssl: tls === null ? false : { ...tls, host },
      application_name: 'pmdf',
      stream: () => socket,
    });
    // Failures reach the question that waits; without a listener, one between questions would end the process.
    client.on('error', () => undefined);
    return { socket, loggedIn: client.connect().then(() => client) };
  },
  rows(client, text, values) {
    return new Promise((resolve, reject) => {
      const query = { text, values, rowMode: 'array', types: asText } as const;
      // With a callback the package makes no promises of its own.
      client.query<unknown[]>(query, (error, result) => {
        if (error) reject(error);
        else resolve(result.rows);
      });
    });
  },
  isRefusal,
};

export const postgresqlClient = sqlClient(postgresql);
