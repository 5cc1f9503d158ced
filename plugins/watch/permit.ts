/*
 * Where a request comes from: a program or a browser on this host, elsewhere, or a page of another site that attacks the browser.
 * What came to another address or through a proxy is from elsewhere.
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

/**
 * Whether a request comes from our page, from a program, or from what somebody typed; browsers say where theirs come from. A link on
 * another site may open the page, and nothing else.
 */
export function isOfOurPage({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}

/** Headers by which proxies tell of the client; further ones begin with `x-forwarded`. */
const proxyHeaders: ReadonlySet<string> = new Set([
  'cdn-loop',
  'cf-connecting-ip',
  'forwarded',
  'true-client-ip',
  'via',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-forwarded-for',
  'x-real-ip',
]);

function isOfProxy(header: string): boolean {
  return proxyHeaders.has(header) || header.startsWith('x-forwarded');
}

/** `misnamed`: from this host to this host, by a foreign name. */
export type Origin = 'this host' | 'elsewhere' | 'misnamed';

/** Decides where a request comes from. */
export function originOf({ socket, headers }: IncomingMessage): Origin {
  const isDirect =
    isOwnAddress(socket.localAddress) &&
    isOwnAddress(socket.remoteAddress) &&
    !Object.keys(headers).some(isOfProxy);
  if (!isDirect) return 'elsewhere';
  return namesThisHost(headers.host) ? 'this host' : 'misnamed';
}
