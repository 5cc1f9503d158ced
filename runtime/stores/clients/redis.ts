/*
 * Redis and Valkey: the string of a key, or a field of a hash. The package `redis`, which Haraka's own plugins use.
 */
import { expandKeyTemplate, type RedisQuery, type RedisStore } from '../../../lib/config/index.js';
import { addressOf } from '../connect-socket.js';
import { loadPackage } from '../load-package.js';
import {
  QuestionRefused,
  type Secrets,
  type StoreClient,
  type StoreConnection,
  type StoreServer,
} from '../store-connection.js';
import { tlsOptions } from '../tls-options.js';
import { withoutPassword } from '../without-password.js';

/** Errors that are about the server rather than the question. */
const serverErrors = /^(?:LOADING|MASTERDOWN|CLUSTERDOWN|NOAUTH|UNKILLABLE|TRYAGAIN|READONLY)\b/;

export function loadRedis(): Promise<typeof import('redis')> {
  return loadPackage('redis', () => import('redis'));
}

/** A connection to Redis, logged in. */
export type RedisConnection = Awaited<ReturnType<typeof connectRedis>>;

/** Ends a connection, unless it has ended. */
export function closeRedis(client: { readonly isOpen: boolean; destroy(): void }): void {
  if (client.isOpen) client.destroy();
}

/** Connects and logs in. Rejects with the reason; gives up when `ends` is aborted. */
export async function connectRedis(server: StoreServer, settings: RedisStore & Secrets, ends: AbortSignal) {
  const { createClient } = await loadRedis();
  ends.throwIfAborted();
  const tls = tlsOptions(server, settings);
  const client = createClient({
    socket: {
      ...addressOf(server),
      ...(tls === null ? {} : { ...tls, tls: true as const }),
      connectTimeout: settings.timeout * 1000,
      // The pool decides when a server is asked again.
      reconnectStrategy: false,
    },
    ...(settings.user === null ? {} : { username: settings.user }),
    ...(settings.password === null ? {} : { password: settings.password }),
    database: settings.dbname,
    disableOfflineQueue: true,
    // Else each command would have a signal of its own, and one of a large batch would be given up before it is sent.
    commandOptions: { timeout: 0 },
  });
  const close = (): void => closeRedis(client);
  // Failures reach the question that waits; without a listener, one between questions would end the process.
  client.on('error', () => undefined);
  // Before it has a connection, the client cannot be told to end the one that it is making.
  let isConnected = false;
  const giveUp = (): void => {
    if (isConnected) close();
  };
  client.once('connect', () => {
    isConnected = true;
    if (ends.aborted) close();
  });
  ends.addEventListener('abort', giveUp, { once: true });
  try {
    await client.connect();
    return client;
  } catch (error) {
    close();
    throw withoutPassword(error, settings.password);
  } finally {
    ends.removeEventListener('abort', giveUp);
  }
}

/** An error of a question: QuestionRefused if it is about the question and not about the server. */
export async function asRefusal(error: unknown): Promise<unknown> {
  const { ErrorReply } = await loadRedis();
  const isRefusal = error instanceof ErrorReply && !serverErrors.test(error.message);
  return isRefusal ? new QuestionRefused(error.message) : error;
}

/** What the server says it is; null if this account may not ask. */
async function versionOf(client: RedisConnection): Promise<string | null> {
  const info = await client.info('server').catch(() => '');
  const [, valkey] = /^valkey_version:(\S+)/m.exec(info) ?? [];
  const [, redis] = /^redis_version:(\S+)/m.exec(info) ?? [];
  if (valkey !== undefined) return `Valkey ${valkey}`;
  return redis === undefined ? null : `Redis ${redis}`;
}

/** Throws for an answer that is not a string, as a proxy may give. */
function valuesOf(answer: unknown): readonly string[] {
  if (answer === null) return [];
  if (typeof answer === 'string') return [answer];
  throw new Error('the answer is not a string');
}

export const redisClient: StoreClient<RedisStore, RedisQuery> = {
  load: loadRedis,
  async connect(server, settings, ends) {
    const client = await connectRedis(server, settings, ends);
    // The pool has a time limit for each question; one of the client costs more than all else that it does for a question.
    const asked = client.withCommandOptions({ timeout: 0 });
    const connection: StoreConnection<RedisQuery> = {
      async values(query, key) {
        const name = expandKeyTemplate(query.key, key);
        const hash = query.hash === null ? null : expandKeyTemplate(query.hash, key);
        if (name === null || (query.hash !== null && hash === null)) return [];
        try {
          const value = hash === null ? await asked.get(name) : await asked.hGet(hash, name);
          return valuesOf(value);
        } catch (error) {
          throw await asRefusal(error);
        }
      },
      version: () => versionOf(client),
      close: () => closeRedis(client),
      keepAlive: (wanted) => (wanted ? client.ref() : client.unref()),
    };
    return connection;
  },
};
