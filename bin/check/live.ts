/*
 * What `pmdf check --live` found about servers.
 */
import { counted } from '../../lib/text/index.js';
import type { LiveCount, LiveDatabase, LiveSearch, LiveServer, LiveServers } from '../../runtime/index.js';
import { type Paint, visible } from '../support/index.js';

function databaseText({ database, values, ms }: LiveDatabase, paint: Paint): string {
  if (values === null) return `    ${database}: ${paint.bad('the question was refused')}`;
  const found = values === 0 ? 'the trial key is absent' : `the trial key has ${counted(values, 'value')}`;
  return `    ${database}: ${found}, answered in ${ms} ms`;
}

function searchText({ search, entries, ms }: LiveSearch, paint: Paint): string {
  if (entries === null) return `    ${visible(search)}: ${paint.bad('the search was refused')}`;
  return `    ${visible(search)}: finds ${entries === 0 ? 'nothing' : 'an entry'}, answered in ${ms} ms`;
}

function countText({ counted: what, works }: LiveCount, paint: Paint): string {
  return `    ${what}: ${works ? 'are counted' : paint.bad('cannot be counted')}`;
}

function serverText(
  { server, tls, version, isUsable, databases, searches, counts }: LiveServer,
  paint: Paint,
): string[] {
  if (!isUsable) return [`  ${server}: ${paint.bad('cannot be used')}`];
  const protection = tls === null ? [] : [tls === 'off' ? 'no TLS' : 'TLS'];
  const parts = [...(version === null ? [] : [version]), ...protection];
  return [
    `  ${server}: ${parts.length === 0 ? 'can be used' : parts.join(', ')}`,
    ...databases.map((one) => databaseText(one, paint)),
    ...searches.map((one) => searchText(one, paint)),
    ...counts.map((one) => countText(one, paint)),
  ];
}

function titleOf({ store, channel, kind }: LiveServers): string {
  if (store !== null) return `store ${store} (${kind}):`;
  return channel === null ? 'LDAP_HOST:' : `channel ${channel} (${kind}):`;
}

/** All servers, below the store or channel that they are of. */
export function liveText(live: readonly LiveServers[], paint: Paint): string[] {
  if (live.length === 0) return ['no servers to connect to'];
  return live.flatMap((one) => [titleOf(one), ...one.servers.flatMap((server) => serverText(server, paint))]);
}
