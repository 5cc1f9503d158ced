/*
 * The addresses and ports at which this Haraka accepts mail, from smtp.ini.
 * Undocumented, read from Haraka 3.3.4: server.js (cfg, get_listen_addrs, which gives `address:port`, IPv6 in brackets).
 */
import { Part } from './part.js';
import type { HarakaPlugin } from './types.js';

interface ListeningServer {
  readonly cfg: { readonly main: { readonly public_ip?: unknown } };
  get_listen_addrs(settings: object): readonly string[];
}

export const listeningServer = new Part<ListeningServer>('server', '', ['get_listen_addrs'], {
  'cfg.main': 'object',
});

export interface Listener {
  /** A name, or an address without brackets; `::0` and `0.0.0.0` are all addresses. */
  readonly host: string;
  readonly port: number;
}

/** Gives the listeners, and the public address that smtp.ini names; throws when this Haraka lacks a function. */
export function listenAddresses(plugin: HarakaPlugin): {
  readonly listeners: readonly Listener[];
  readonly publicAddress: string | null;
} {
  const server = listeningServer.in(plugin);
  const { main } = server.cfg;
  const listeners = server.get_listen_addrs(main).flatMap((one): Listener[] => {
    const found = /^(?:\[(.*)\]|([^:]*)):(\d+)$/.exec(one);
    return found === null ? [] : [{ host: found[1] ?? found[2] ?? '', port: Number(found[3]) }];
  });
  return { listeners, publicAddress: typeof main.public_ip === 'string' ? main.public_ip : null };
}
