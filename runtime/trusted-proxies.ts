/*
 * The hosts that may tell Haraka which client a connection is from: `hosts[]` under `[haproxy]` of connection.ini, and
 * xclient.hosts where the plugin `xclient` is listed. What cannot be read as an address is left out.
 */
import { join } from 'node:path';
import { formatBytes, parseNetwork } from '../lib/address/network.js';
import type { SourceFile } from '../lib/diagnostics/source.js';
import type { TrustedProxy } from '../lib/policy/lint/proxies.js';
import { fileNames } from './file-names.js';
import { readText } from './read-text.js';

const largest = 1024 * 1024;

function read(folder: string, name: string): SourceFile | null {
  const path = join(folder, name);
  const outcome = readText(path, fileNames(join(folder, 'pmdf'), path), largest);
  return outcome.kind === 'read' ? outcome.source : null;
}

/** A host or network as it is written; null for anything else. */
function proxyOf(written: string, source: SourceFile, offset: number): TrustedProxy | null {
  const bare = written.replace(/^\[([^\]]*)\]$/, '$1');
  const network = parseNetwork(bare);
  if (network === null) return null;
  const last = network.bytes.map((byte, index) => {
    const bits = Math.min(8, Math.max(0, network.prefixLength - 8 * index));
    return byte | (255 >>> bits);
  });
  const addresses = [...new Set([network.address, formatBytes(last)])];
  return { written, addresses, span: { source, offset, length: written.length } };
}

/** The values of a file line by line: `pick` finds one in a line. */
function proxiesIn(source: SourceFile | null, pick: (line: string) => string | undefined): TrustedProxy[] {
  const found: TrustedProxy[] = [];
  let offset = 0;
  for (const line of source?.text.split('\n') ?? []) {
    const written = pick(line);
    const proxy =
      written === undefined || source === null
        ? null
        : proxyOf(written, source, offset + line.indexOf(written));
    if (proxy !== null) found.push(proxy);
    offset += line.length + 1;
  }
  return found;
}

/** Reads who may pass the addresses of clients on; `folder` is Haraka's config folder. */
export function trustedProxies(folder: string): TrustedProxy[] {
  let section = '';
  let isOff = false;
  const haproxy = proxiesIn(read(folder, 'connection.ini'), (line) => {
    const [, named] = /^\s*\[([a-z]+)\]/i.exec(line) ?? [];
    if (named !== undefined) section = named;
    if (section === 'haproxy' && /^\s*enabled\s*=\s*(?:false|no|off|0)\s*$/i.test(line)) isOff = true;
    return section === 'haproxy' ? /^\s*hosts\[\]\s*=\s*([^\s;#]+)/.exec(line)?.[1] : undefined;
  });
  const plugins = read(folder, 'plugins')?.text.split('\n') ?? [];
  const hasXclient = plugins.some((line) => line.replace(/[#;].*$/, '').trim() === 'xclient');
  const xclient = hasXclient
    ? proxiesIn(read(folder, 'xclient.hosts'), (line) => /^\s*([^\s;#]+)/.exec(line)?.[1])
    : [];
  return [...(isOff ? [] : haproxy), ...xclient];
}
