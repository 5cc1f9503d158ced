/*
 * STARTTLS discards what the client said before it. Core forgets the HELO name; here it forgets that the client used EHLO
 * and that STARTTLS is offered, and listeners forget the rest.
 * Read from Haraka 3.3.4: connection.js setTLS. Ref: RFC 3207 4.2
 */
import type { HarakaConnection, HarakaPlugin } from '../types.js';
import type { ConnectionMethods } from './connection-class.js';

/** Called after the handshake of a connection, also of one under TLS from the start. A throw ends the session. */
export type HandshakeListener = (connection: HarakaConnection) => void;

const listeners: HandshakeListener[] = [];

/** Adds a listener for all handshakes from now on. */
export function afterHandshake(listener: HandshakeListener): void {
  listeners.push(listener);
}

/** Forgets what clients said in the clear. */
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
      this.logerror(self, `the session state from before TLS could not be cleared: ${String(error)}`);
      this.disconnect();
    }
  };
}
