/*
 * The shared counters in a Redis on this machine.
 */
import { SharedCounters } from '../../../runtime/counters/shared-counters.js';
import { OpenStores } from '../../../runtime/stores/open-stores.js';
import { RedisScripts } from '../../../runtime/stores/redis-scripts.js';
import { systemClock } from '../../../runtime/time/clock.js';
import { plainRedis } from '../../support/redis-settings.js';

/** Opens them; `close` ends the connections. */
export function countersAt(port: number): { readonly counters: SharedCounters; readonly close: () => void } {
  const stores = new OpenStores('.', { clock: systemClock, report: () => undefined });
  const hosts = [{ kind: 'host', host: '127.0.0.1', port, tls: 'off' }] as const;
  const pool = stores.openCounts('shared', { ...plainRedis, hosts, retry: 0.1 });
  return { counters: new SharedCounters(new RedisScripts(pool)), close: () => stores.close() };
}
