/*
 * Ends a connection on which a later plugin, or Haraka itself, has thrown: the reply is lost, and the client would wait for
 * it forever.
 * Read from Haraka 3.3.4: connection.js respond, which throws where connection.ini lacks a section; client.
 */
import type { HarakaConnection } from '../types.js';

const lastReply = '4.3.0 internal error, try again later';

/** Replies 421, on the socket itself where Haraka cannot reply, and closes the connection. */
export function endConnection(connection: HarakaConnection): void {
  try {
    connection.respond(421, lastReply, () => connection.disconnect());
  } catch {
    // The log has the cause already.
    const socket = Object(Reflect.get(connection, 'client'));
    const write: unknown = Reflect.get(socket, 'write');
    if (typeof write === 'function') Reflect.apply(write, socket, [`421 ${lastReply}\r\n`]);
    connection.disconnect();
  }
}
