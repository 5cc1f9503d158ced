/*
 * The ports that a Haraka listens on for mail, by `listen` and `port` of smtp.ini, as `get_listen_addrs` of its server.js reads them.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readIniFile } from './ini-file.js';
import { trustedProxies } from './trusted-proxies.js';

const usual = 25;
/** `192.0.2.1:25`, `[::0]:587`, or without a port. */
const endpoint = /^(?:\[[^\]]*\]|[^:]+)(?::([0-9]{1,5}))?$/;

/**
 * The ports, each once, in ascending order. Null where they are not known: without smtp.ini, with a listener that cannot be read or
 * may be on any port, and where a proxy may say which port its client connected to.
 */
export function listeningPorts(configFolder: string): readonly number[] | null {
  if (!existsSync(join(configFolder, 'smtp.ini')) || trustedProxies(configFolder).length > 0) return null;
  const ini = readIniFile(configFolder, 'smtp.ini');
  const listen = ini.last('main', 'listen')?.value?.trim() ?? '';
  const port = ini.last('main', 'port')?.value?.trim() ?? '';
  const listeners = listen === '' ? [] : listen.split(/\s*,\s*/);
  const found = listeners.map((one) => {
    const read = endpoint.exec(one);
    return read === null ? 0 : Number(read[1] ?? usual);
  });
  if (port !== '') found.push(/^[0-9]{1,5}$/.test(port) ? Number(port) : 0);
  const ports = found.length === 0 ? [usual] : found;
  return ports.includes(0) ? null : [...new Set(ports)].toSorted((one, other) => one - other);
}
