/*
 * The hosts that may tell Haraka which client a connection is from: `hosts[]` under `[haproxy]` of connection.ini, and
 * xclient.hosts where the plugin `xclient` is listed. What cannot be read as an address is left out.
 */
import { formatBytes, parseNetwork } from '../../lib/address/index.js';
import type { TrustedProxy } from '../../lib/lint/index.js';
import type { Span } from '../../lib/text/index.js';
import { isPassedOver, linesOf, readHarakaFile } from './haraka-file.js';
import { isTrue, readIniFile } from './ini-file.js';
import { readPluginList } from './plugin-list.js';

/** A host or network as it is written; null for anything else. */
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
  const source = isListed ? readHarakaFile(configFolder, 'xclient.hosts') : null;
  if (source === null) return [];
  return linesOf(source).flatMap(({ text, offset }) => {
    if (isPassedOver(text)) return [];
    const written = text.trim();
    return proxyOf(written, { source, offset: offset + text.indexOf(written), length: 0 }) ?? [];
  });
}

/** Reads who may pass the addresses of clients on; `configFolder` is Haraka's. */
export function trustedProxies(configFolder: string): TrustedProxy[] {
  return [...haproxyHosts(configFolder), ...xclientHosts(configFolder)];
}
