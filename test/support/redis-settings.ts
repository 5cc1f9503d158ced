/*
 * The settings of a Redis store without anything that tests have to do with.
 */
import type { RedisStore } from '../../lib/config/index.js';

export const plainRedis: Omit<RedisStore, 'hosts'> = {
  kind: 'redis',
  user: null,
  passwordFile: null,
  passwordEnv: null,
  tlsCa: null,
  dbname: 0,
  timeout: 20,
  connections: 1,
  cache: { found: 0, absent: 0, entries: 0 },
  retry: 1,
};
