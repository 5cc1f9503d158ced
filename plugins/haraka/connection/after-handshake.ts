/*
 * What core forgets at STARTTLS and what it does not: the name of HELO goes with core itself; that the client spoke
 * EHLO, and that STARTTLS is offered, go here. What else was learnt of the client before, the listeners forget.
 * Ref: RFC 3207 4.2
 */
import type { HarakaConnection, HarakaPlugin } from '../types.js';
import type { ConnectionMethods } from './connection-class.js';

/** Called with a connection when its handshake is done, also with one that begins with it. A throw ends the session. */
export type HandshakeListener = (connection: HarakaConnection) => void;

const listeners: HandshakeListener[] = [];

/** Has a listener called after each handshake from now on. */
export function afterHandshake(listener: HandshakeListener): void {
  listeners.push(listener);
}

/** Forgets what clients said in clear. */
export function forgetAtHandshake(self: HarakaPlugin, methods: ConnectionMethods): void {
  const { setTLS } = methods;
  methods.setTLS = function (session) {
    setTLS.call(this, session);
    this.set('hello.verb', null);
    this.set('esmtp', false);
    this.set('tls.advertised', false);
    try {
      for (const listener of listeners) listener(this);
    } catch (error) {
      this.logerror(self, `what came before the handshake cannot be forgotten: ${String(error)}`);
      this.disconnect();
    }
  };
}
