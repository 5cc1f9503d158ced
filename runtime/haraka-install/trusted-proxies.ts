/*
 * The hosts that may tell Haraka which client a connection is from: `hosts[]` under `[haproxy]` of
 * connection.ini, and xclient.hosts if the plugin `xclient` is enabled. Entries that are not addresses are
 * ignored.
 */
import { formatBytes, parseNetwork } from '../../lib/address/index.js';
import type { TrustedProxy } from '../../lib/lint/index.js';
import type { Span } from '../../lib/text/index.js';
import { listEntries, readConfigFile } from './config-file.js';
import { isTrue, readIniFile } from './ini-file.js';
import { readPluginList } from './plugin-list.js';

/** A host or network, with its first and last address; null for anything else. */
function proxyOf(written: string, span: Span): TrustedProxy | null {
  const bare = written.replace(/^\[([^\]]*)\]$/, '$1');
  const network = parseNetwork(bare);
  if (network === null) return null;
  const last = network.bytes.map((byte, index) => {
    const bits = Math.min(8, Math.max(0, network.prefixLength - 8 * index));
    return byte | (255 >>> bits);
  });
  const addresses = [...new Set([network.address, formatBytes(last)])];
  return { written, addresses, span: { ...span, length: written.length } };
}

function haproxyHosts(configFolder: string): TrustedProxy[] {
  const ini = readIniFile(configFolder, 'connection.ini');
  const enabled = ini.last('haproxy', 'enabled');
  if (enabled !== undefined && !isTrue(enabled.value ?? '')) return [];
  return ini.all('haproxy', 'hosts').flatMap(({ value = '', span }) => proxyOf(value, span) ?? []);
}

function xclientHosts(configFolder: string): TrustedProxy[] {
  const isListed = readPluginList(configFolder)?.lines.some(({ name }) => name === 'xclient') === true;
  const source = isListed ? readConfigFile(configFolder, 'xclient.hosts') : null;
  if (source === null) return [];
  return listEntries(source).flatMap(({ text, span }) => proxyOf(text, span) ?? []);
}

/** The hosts that may pass on addresses of clients. */
export function trustedProxies(configFolder: string): TrustedProxy[] {
  return [...haproxyHosts(configFolder), ...xclientHosts(configFolder)];
}
