/*
 * Who may see the page and the metrics: a program or a browser on this host. A request that came to another address, through a proxy,
 * or to a foreign name is refused.
 * Ref: RFC 9110 7.2; RFC 6761 6.3
 */
import type { IncomingMessage } from 'node:http';
import { addressBytes, isLoopback } from '../../lib/address/index.js';

function isOwnAddress(address: string | undefined): boolean {
  const bytes = addressBytes(address ?? '');
  return bytes !== null && isLoopback(bytes);
}

/** Whether a Host header names this host itself: a foreign name may be that of a page that attacks the browser. */
function namesThisHost(host: string | undefined): boolean {
  const [, v6, name = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::[0-9]+)?$/.exec(host ?? '') ?? [];
  return v6 === undefined ? name.toLowerCase() === 'localhost' || isOwnAddress(name) : isOwnAddress(v6);
}

/** Whether a request that costs something comes from our page, or from a program; browsers say where theirs come from. */
export function isOfOurPage({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin';
}

const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/** Whether a request comes from this host, to this host, and by nobody else. */
export function isLocal({ socket, headers }: IncomingMessage): boolean {
  return (
    isOwnAddress(socket.localAddress) &&
    isOwnAddress(socket.remoteAddress) &&
    namesThisHost(headers.host) &&
    proxyHeaders.every((name) => headers[name] === undefined)
  );
}
