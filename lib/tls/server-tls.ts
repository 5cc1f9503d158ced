/*
 * TLS of a channel in a session with a client: whether STARTTLS is offered, what has to wait for it, and
 * the replies to commands that come too early or not at all.
 * Ref: PMDF 2.3.4.45; RFC 3207 4
 */
import { type Reply, reply } from '../smtp/index.js';
import { type KeywordsInForce, tlsOf } from './tls-keywords.js';

/** TLS in a session, as its channel wants it now. */
export interface ServerTls {
  /** STARTTLS is offered and obeyed; never under TLS. */
  readonly offered: boolean;
  /** Commands are refused until TLS is active; never under TLS. */
  readonly awaited: boolean;
}

/** Decides what STARTTLS is in a session: `underTls` tells whether TLS is active, by STARTTLS or from the start. */
export function serverTls(keywords: KeywordsInForce, underTls: boolean): ServerTls {
  const { server } = tlsOf(keywords);
  return { offered: server !== 'no' && !underTls, awaited: server === 'must' && !underTls };
}

const beforeTls: ReadonlySet<string> = new Set(['EHLO', 'NOOP', 'QUIT', 'STARTTLS']);

/** Tells whether a command may be given where TLS is awaited. */
export function mayPrecedeTls(verb: string): boolean {
  return beforeTls.has(verb.toUpperCase());
}

export const tlsNotOffered: Reply = reply(502, '5.5.1', 'STARTTLS is not offered here');

/** The reply to STARTTLS under TLS. */
export const tlsActive: Reply = reply(503, '5.5.1', 'TLS is active already');
