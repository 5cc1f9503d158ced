/*
 * What `pmdf check --live` found about the servers of stores.
 */
import type { LiveDatabase, LiveServer, LiveStore } from '../../runtime/index.js';
import type { Paint } from '../support/index.js';

function databaseText({ database, values, ms }: LiveDatabase, paint: Paint): string {
  const found = values === 0 ? 'the trial key is absent' : `the trial key has ${values} values`;
  return values === null
    ? `    ${database}: ${paint.bad('the question was refused')}`
    : `    ${database}: ${found}, answered in ${ms} ms`;
}

function serverText({ server, tls, version, isUsable, databases }: LiveServer, paint: Paint): string[] {
  if (!isUsable) return [`  ${server}: ${paint.bad('cannot be used')}`];
  const protection = tls === 'off' ? 'no TLS' : 'TLS';
  const parts = [...(version === null ? [] : [version]), protection];
  return [`  ${server}: ${parts.join(', ')}`, ...databases.map((one) => databaseText(one, paint))];
}

/** The stores with their servers. */
export function liveText(stores: readonly LiveStore[], paint: Paint): string[] {
  if (stores.length === 0) return ['no stores to connect to'];
  return stores.flatMap(({ store, kind, servers }) => [
    `store ${store} (${kind}):`,
    ...servers.flatMap((server) => serverText(server, paint)),
  ]);
}
