/*
 * Who may see the page and the metrics: a program or a browser on this host. A request that came to another address, through a proxy,
 * or to a foreign name needs a user and a password.
 * Ref: RFC 9110 7.2; RFC 6761 6.3
 */
import type { IncomingMessage } from 'node:http';
import { addressBytes } from '../../lib/address/index.js';

function isLoopback(address: string): boolean {
  const octets = addressBytes(address.replace(/^::ffff:/i, ''));
  if (octets === null) return false;
  return octets.length === 4 ? octets[0] === 127 : address === '::1';
}

/** Whether a Host header names this host itself: a foreign name may be that of a page that attacks the browser. */
function namesThisHost(host: string | undefined): boolean {
  const [, v6, name = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::[0-9]+)?$/.exec(host ?? '') ?? [];
  return v6 === undefined ? name.toLowerCase() === 'localhost' || isLoopback(name) : isLoopback(v6);
}

const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/** Whether a request comes from this host, to this host, and by nobody else. */
export function isLocal({ socket, headers }: IncomingMessage): boolean {
  return (
    isLoopback(socket.localAddress ?? '') &&
    isLoopback(socket.remoteAddress ?? '') &&
    namesThisHost(headers.host) &&
    proxyHeaders.every((name) => headers[name] === undefined)
  );
}
