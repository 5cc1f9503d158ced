/*
 * MySQL and MariaDB, with the package `mysql2`. Statements are prepared on the server, which gets the key apart from them.
 */
import { connect as connectPlain, isIP } from 'node:net';
import type { RowDataPacket } from 'mysql2/promise';
import type { SqlQuery, SqlStore } from '../../../lib/config/index.js';
import { addressOf } from '../connect-socket.js';
import { loadPackage } from '../load-package.js';
import { QuestionRefused, type StoreClient, type StoreConnection } from '../store-connection.js';
import { tlsOptions } from '../tls-options.js';
import { parameterValues, rowValues } from './sql-values.js';

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

const load = () => loadPackage('mysql2', () => import('mysql2/promise'));

export const mysqlClient: StoreClient<SqlStore, SqlQuery> = {
  load,
  async connect(server, settings, ends) {
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
    const close = (): void => void socket.destroy();
    ends.addEventListener('abort', close, { once: true });
    try {
      const client = await createConnection({
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
      client.on('error', () => undefined);
      const connection: StoreConnection<SqlQuery> = {
        async values(query, key) {
          const values = parameterValues(query, key);
          if (values === null) return [];
          try {
            const [rows] = await client.execute<RowDataPacket[][]>({
              sql: query.text,
              values,
              rowsAsArray: true,
            });
            return rowValues(rows);
          } catch (error) {
            if (isRefusal(error)) throw new QuestionRefused(error.message);
            throw error;
          }
        },
        close,
        keepAlive: (wanted) => void (wanted ? socket.ref() : socket.unref()),
      };
      return connection;
    } catch (error) {
      close();
      throw error;
    } finally {
      ends.removeEventListener('abort', close);
    }
  },
};
