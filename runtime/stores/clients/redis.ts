/*
 * Redis and Valkey: the string of a key, or a field of a hash. The package `redis`, which Haraka's own plugins use.
 */
import { expandKeyTemplate, type RedisQuery, type RedisStore } from '../../../lib/config/index.js';
import { loadPackage } from '../load-package.js';
import {
  QuestionRefused,
  type StoreClient,
  type StoreConnection,
  type StoreServer,
} from '../store-connection.js';
import { tlsOptions } from '../tls-options.js';

/** Errors that are about the server rather than the question. */
const serverErrors = /^(?:LOADING|MASTERDOWN|CLUSTERDOWN|NOAUTH|UNKILLABLE|TRYAGAIN|READONLY)\b/;

function addressOf(server: StoreServer) {
  return server.kind === 'path' ? { path: server.path } : { host: server.host, port: server.port };
}

export const redisClient: StoreClient<RedisStore, RedisQuery> = {
  async connect(server, settings, ends) {
    const { createClient, ErrorReply } = await loadPackage('redis', () => import('redis'));
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
    });
    const close = (): void => {
      if (client.isOpen) client.destroy();
    };
    // Failures reach the question that waits; without a listener, one between questions would end the process.
    client.on('error', () => undefined);
    ends.addEventListener('abort', close, { once: true });
    try {
      await client.connect();
    } catch (error) {
      close();
      throw error;
    } finally {
      ends.removeEventListener('abort', close);
    }
    const connection: StoreConnection<RedisQuery> = {
      async values(query, key) {
        const name = expandKeyTemplate(query.key, key);
        const hash = query.hash === null ? null : expandKeyTemplate(query.hash, key);
        if (name === null || (query.hash !== null && hash === null)) return [];
        try {
          const value = hash === null ? await client.get(name) : await client.hGet(hash, name);
          return value === null ? [] : [value];
        } catch (error) {
          if (error instanceof ErrorReply && !serverErrors.test(error.message)) {
            throw new QuestionRefused(error.message);
          }
          throw error;
        }
      },
      close,
      keepAlive: (wanted) => (wanted ? client.ref() : client.unref()),
    };
    return connection;
  },
};
