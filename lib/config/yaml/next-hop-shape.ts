/*
 * Shape of a next hop: [smtp:// | lmtp://] host [: port], the host a name, an IPv4 address, or an IPv6 address
 * in brackets. The default port is 25, for LMTP 24.
 * Ref: RFC 5321 4.5.4.2; RFC 2033; RFC 3986 3.2.2
 */
import { addressBytes } from '../../address/index.js';
import type { NextHop } from '../settings.js';
import { domainNameOf } from './name-shapes.js';
import { lineOfText } from './scalar-shapes.js';
import { noKeys, quoted, type Shape } from './shape.js';

const form = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\[[^\]]*\]|[^[\]:/]*)(?::([0-9]{1,5}))?$/i;

function hostOf(written: string): string | null {
  if (/^[0-9.]+$/.test(written)) return addressBytes(written) === null ? null : written;
  return domainNameOf(written);
}

/** Parses a next hop; null for anything else. */
export function parseNextHop(text: string): NextHop | null {
  const parts = form.exec(text);
  const scheme = parts?.[1]?.toLowerCase() ?? 'smtp';
  const written = parts?.[2]?.toLowerCase() ?? '';
  if (scheme !== 'smtp' && scheme !== 'lmtp') return null;
  const defaultPort = scheme === 'lmtp' ? 24 : 25;
  const port = parts?.[3] === undefined ? defaultPort : Number(parts[3]);
  if (port < 1 || port > 65535) return null;
  const name = written.startsWith('[') ? null : hostOf(written);
  if (name !== null) return { protocol: scheme, host: name, port };
  if (!written.startsWith('[')) return null;
  const host = written.slice(1, -1);
  return addressBytes(host) !== null && !host.includes('%') ? { protocol: scheme, host, port } : null;
}

function hintFor(text: string): string {
  if (/^[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*$/i.test(text))
    return 'an IPv6 address stands in brackets: `[2001:db8::1]:25`';
  return 'write `host:port`, `[v6]:port`, `smtp://host:port` or `lmtp://host:port`';
}

/** The server that mail goes to next. */
export const nextHop: Shape<NextHop> = {
  keys: noKeys,
  read: (node, setting) => {
    const text = lineOfText(node, setting, 'a server such as `host:port`');
    if (text === undefined) return undefined;
    const parsed = parseNextHop(text);
    if (parsed !== null) return Object.freeze(parsed);
    const message = `${quoted(text)} is not a next hop`;
    return setting.findings.error(node.span, 'settings/next-hop', message, hintFor(text));
  },
};
