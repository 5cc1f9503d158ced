/*
 * A server of a store: host [: port], with an IPv6 address in brackets, or the absolute path of a UNIX socket.
 */
import { addressBytes, isLoopback, printHostPort } from '../../../address/index.js';
import { text } from '../../shapes/scalars.js';
import { mapped, quoted, type Shape } from '../../shapes/shape.js';
import { domainNameOf } from '../names.js';

/** How a connection is protected: by TLS from its start, by TLS that the client asks for, or not. */
export type StoreTls = 'on' | 'off' | 'starttls';

/** A server of a store: a host name or address without brackets, and a port; or the path of a UNIX socket. */
export type StoreServer =
  | { readonly kind: 'host'; readonly host: string; readonly port: number; readonly tls: StoreTls }
  | { readonly kind: 'path'; readonly path: string };

/** A server as written, where the kind of store and `tls` complete it. */
export type WrittenServer =
  | { readonly kind: 'host'; readonly host: string; readonly port: number | null }
  | { readonly kind: 'path'; readonly path: string };

const form = /^(?:\[([0-9a-f:.]+)\]|([^[\]:/]+))(?::([0-9]{1,5}))?$/i;

function hostOf(bracketed: string | undefined, bare: string | undefined): string | null {
  if (bracketed !== undefined) return addressBytes(bracketed) === null ? null : bracketed.toLowerCase();
  if (bare === undefined) return null;
  if (/^[0-9.]+$/.test(bare)) return addressBytes(bare) === null ? null : bare;
  return domainNameOf(bare);
}

function parseServer(written: string): WrittenServer | null {
  if (written.startsWith('/')) {
    return /[/\p{Cc}]$|\p{Cc}/u.test(written) ? null : { kind: 'path', path: written };
  }
  const [, bracketed, bare, portText] = form.exec(written) ?? [];
  const host = hostOf(bracketed, bare);
  const port = portText === undefined ? null : Number(portText);
  return host === null || (port !== null && (port < 1 || port > 65535)) ? null : { kind: 'host', host, port };
}

function hintFor(written: string): string {
  if (/^[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*$/i.test(written)) {
    return 'put an IPv6 address in brackets: `[2001:db8::1]:6379`';
  }
  return 'write `host`, `host:port`, `[v6]:port`, or the path of a socket, `/run/name.sock`';
}

const label = '[\\p{L}\\p{N}\\p{M}_-]{1,63}';
const port = '0*(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])';

export const storeServer: Shape<WrittenServer> = mapped(
  text('a server such as `host:port`'),
  (written, node, { findings }) => {
    const parsed = parseServer(written);
    if (parsed !== null) return Object.freeze(parsed);
    const message = `${quoted(written)} is not a server`;
    return findings.error(node.span, 'settings/store-server', message, hintFor(written));
  },
  {
    type: 'string',
    pattern: `^(?:/\\P{Cc}*[^/\\p{Cc}]|(?:\\[[0-9a-fA-F:.]+\\]|${label}(?:\\.${label})*)(?::(?=[0-9]{1,5}$)${port})?)$`,
  },
);

/** Whether what is sent to a server stays on this host. */
export function isLocalServer(server: WrittenServer): boolean {
  if (server.kind === 'path' || server.host === 'localhost') return true;
  const bytes = addressBytes(server.host);
  return bytes !== null && isLoopback(bytes);
}

/** The server as text, for messages. */
export function printServer(server: StoreServer): string {
  return server.kind === 'path' ? server.path : printHostPort(server.host, server.port);
}
