/*
 * What the clients of SQL servers have in common: logging in within a time, and asking for the values of a key. Each kind of
 * server adds its package.
 */
import type { Socket } from 'node:net';
import type { SqlQuery, SqlStore } from '../../../lib/config/index.js';
import {
  QuestionRefused,
  type Secrets,
  type StoreClient,
  type StoreConnection,
  type StoreServer,
} from '../store-connection.js';
import { withoutPassword } from '../without-password.js';
import { parameterValues, rowValues } from './sql-values.js';

/** A package that speaks to a kind of SQL server; `Client` is one of its connections. */
export interface SqlPackage<Client> {
  /** Loads it. Rejects with PackageMissing. */
  load(): Promise<unknown>;
  /** Begins to connect and log in, over a socket that ends the connection when it is destroyed. */
  begin(
    server: StoreServer,
    settings: SqlStore & Secrets,
  ): Promise<{ readonly socket: Socket; readonly loggedIn: Promise<Client> }>;
  /** The rows of a statement with parameters. */
  rows(client: Client, text: string, values: string[]): Promise<readonly (readonly unknown[])[]>;
  /** Whether an error is about the statement, and not about the server. */
  isRefusal(error: unknown): error is Error;
}

/** A connection, logged in. */
export interface SqlConnection<Client> {
  readonly client: Client;
  readonly socket: Socket;
  close(): void;
}

/** Connects and logs in. Rejects with the reason; gives up when `ends` is aborted. */
export async function connectSql<Client>(
  server: SqlPackage<Client>,
  at: StoreServer,
  settings: SqlStore & Secrets,
  ends: AbortSignal,
): Promise<SqlConnection<Client>> {
  const { socket, loggedIn } = await server.begin(at, settings);
  const close = (): void => void socket.destroy();
  if (ends.aborted) close();
  ends.addEventListener('abort', close, { once: true });
  try {
    return { client: await loggedIn, socket, close };
  } catch (error) {
    close();
    throw withoutPassword(error, settings.password);
  } finally {
    ends.removeEventListener('abort', close);
  }
}

/** What to reject with for an error of a statement: QuestionRefused where the server refuses it. */
function troubleOf<Client>(server: SqlPackage<Client>, error: unknown): unknown {
  return server.isRefusal(error) ? new QuestionRefused(error.message) : error;
}

/** Rejects with QuestionRefused where the server refuses the statement. */
export async function orRefused<Client, T>(server: SqlPackage<Client>, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw troubleOf(server, error);
  }
}

const noValues: Promise<readonly string[]> = Promise.resolve([]);

/** The client of stores whose servers a package speaks to. */
export function sqlClient<Client>(server: SqlPackage<Client>): StoreClient<SqlStore, SqlQuery> {
  return {
    load: () => server.load(),
    async connect(at, settings, ends) {
      const { client, socket, close } = await connectSql(server, at, settings, ends);
      const refuse = (error: unknown): never => {
        throw troubleOf(server, error);
      };
      const connection: StoreConnection<SqlQuery> = {
        values(query, key) {
          const values = parameterValues(query, key);
          return values === null ? noValues : server.rows(client, query.text, values).then(rowValues, refuse);
        },
        close,
        keepAlive: (wanted) => void (wanted ? socket.ref() : socket.unref()),
      };
      return connection;
    },
  };
}
