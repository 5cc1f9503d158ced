/*
 * MySQL and MariaDB, with the package `mysql2`. Statements are prepared on the server, which gets the key apart from them.
 */
import { connect as connectPlain, isIP } from 'node:net';
import type { Connection, RowDataPacket } from 'mysql2';
import type { Connection as PromiseConnection } from 'mysql2/promise';
import { addressOf } from '../connect-socket.js';
import { loadPackage } from '../load-package.js';
import { tlsOptions } from '../tls-options.js';
import { type SqlPackage, sqlClient } from './sql-server.js';

/** Prepared statements that a connection keeps. */
const mostStatements = 32;

/**
 * Classes of SQLSTATE that are about the server rather than the question: connection, and a connection or statement that was
 * ended from outside.
 */
const serverErrors = /^(?:08|70100)/;

function isRefusal(error: unknown): error is Error {
  return (
    error instanceof Error &&
    !('fatal' in error && error.fatal === true) &&
    'sqlState' in error &&
    typeof error.sqlState === 'string' &&
    error.sqlState !== '' &&
    !serverErrors.test(error.sqlState)
  );
}

const load = () => loadPackage('mysql2', () => import('mysql2'));

/** A connection in the two forms of the package, with promises and without. */
export interface MysqlClient {
  readonly plain: Connection;
  readonly asked: PromiseConnection;
}

export const mysql: SqlPackage<MysqlClient> = {
  load,
  async begin(server, settings) {
    const { createConnection } = (await load()).default;
    const { user, password, dbname } = settings;
    const tls = tlsOptions(server, settings);
    const address = addressOf(server);
    if (tls !== null && 'host' in address && isIP(address.host) !== 0) {
      // The package would compare the certificate with `localhost`.
      throw new Error('with TLS, a MySQL server needs a host name, which its certificate is checked for');
    }
    const socket = connectPlain(address);
    socket.setNoDelay(true);
    const plain = createConnection({
      ...('host' in address ? address : { socketPath: address.path }),
      stream: () => socket,
      ...(user === null ? {} : { user }),
      ...(password === null ? {} : { password }),
      ...(dbname === null ? {} : { database: dbname }),
      ...(tls === null
        ? {}
        : {
            ssl: {
              ...(settings.ca === null ? {} : { ca: settings.ca }),
              minVersion: 'TLSv1.2',
              rejectUnauthorized: true,
              verifyIdentity: true,
            },
          }),
      connectTimeout: settings.timeout * 1000,
      charset: 'utf8mb4',
      maxPreparedStatements: mostStatements,
      // Values as text; files of this host are none of the server's business.
      supportBigNumbers: true,
      bigNumberStrings: true,
      dateStrings: true,
      jsonStrings: true,
      flags: ['-LOCAL_FILES'],
    });
    // Failures reach the question that waits; without a listener, one between questions would end the process.
    plain.on('error', () => undefined);
    const asked = plain.promise();
    return { socket, loggedIn: asked.connect().then(() => ({ plain, asked })) };
  },
  rows({ plain }, sql, values) {
    return new Promise((resolve, reject) => {
      // The form with promises records a stack for each question.
      plain.execute<RowDataPacket[][]>({ sql, values, rowsAsArray: true }, (error, rows) => {
        if (error === null) resolve(rows);
        else reject(error);
      });
    });
  },
  isRefusal,
};

export const mysqlClient = sqlClient(mysql);
