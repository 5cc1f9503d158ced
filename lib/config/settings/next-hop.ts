/*
 * A next hop: [smtp:// | lmtp://] host [: port]. The host is a name, an IPv4 address, or an IPv6 address in brackets.
 * The default port is 25, for LMTP 24.
 * Ref: RFC 5321 4.5.4.2; RFC 2033; RFC 3986 3.2.2
 */
import { addressBytes } from '../../address/index.js';
import { text } from '../shapes/scalars.js';
import { mapped, quoted, type Shape } from '../shapes/shape.js';
import { domainNameOf } from './names.js';

/** The server that mail of a channel goes to. */
export interface NextHop {
  readonly protocol: 'smtp' | 'lmtp';
  /** A host name, or an address without brackets, in lower case. */
  readonly host: string;
  readonly port: number;
}

const form = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\[[^\]]*\]|[^[\]:/]*)(?::([0-9]{1,5}))?$/i;

function hostOf(written: string): string | null {
  if (written.startsWith('[')) {
    const address = written.slice(1, -1);
    return addressBytes(address) !== null && !address.includes('%') ? address : null;
  }
  if (/^[0-9.]+$/.test(written)) return addressBytes(written) === null ? null : written;
  return domainNameOf(written);
}

/** Parses a next hop; null for anything else. */
function parseNextHop(given: string): NextHop | null {
  const [, scheme = 'smtp', written = '', portText] = form.exec(given) ?? [];
  const protocol = scheme.toLowerCase();
  if (protocol !== 'smtp' && protocol !== 'lmtp') return null;
  const port = portText === undefined ? (protocol === 'lmtp' ? 24 : 25) : Number(portText);
  const host = hostOf(written.toLowerCase());
  return host === null || port < 1 || port > 65535 ? null : { protocol, host, port };
}

function hintFor(given: string): string {
  if (/^[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*$/i.test(given))
    return 'put an IPv6 address in brackets: `[2001:db8::1]:25`';
  return 'write `host:port`, `[v6]:port`, `smtp://host:port` or `lmtp://host:port`';
}

const label = '[\\p{L}\\p{N}\\p{M}_-]{1,63}';
const port = '0*(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])';

/** The server that mail of a channel goes to. */
export const nextHop: Shape<NextHop> = mapped(
  text('a server such as `host:port`'),
  (given, node, { findings }) => {
    const parsed = parseNextHop(given);
    if (parsed !== null) return Object.freeze(parsed);
    const message = `${quoted(given)} is not a next hop`;
    return findings.error(node.span, 'settings/next-hop', message, hintFor(given));
  },
  {
    type: 'string',
    pattern: `^(?:(?:[sS][mM]|[lL][mM])[tT][pP]://)?(?:\\[[0-9a-fA-F:.]+\\]|${label}(?:\\.${label})*)(?::(?=[0-9]{1,5}$)${port})?$`,
  },
);
