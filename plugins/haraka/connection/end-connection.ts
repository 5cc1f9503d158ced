/*
 * The end of a connection on which what comes after a hook has thrown: a later plugin, or Haraka itself, whose reply is
 * lost. The client would wait for it for ever.
 */
import type { HarakaConnection } from '../types.js';

const lastWords = '4.3.0 internal error, try again later';

/** Tells the client 421, by the bare socket where Haraka cannot even reply, and hangs up. */
export function endConnection(connection: HarakaConnection): void {
  try {
    connection.respond(421, lastWords, () => connection.disconnect());
  } catch {
    // Haraka cannot reply where connection.ini lacks a section; the cause of the first trouble is in the log already.
    const socket = Object(Reflect.get(connection, 'client'));
    const write: unknown = Reflect.get(socket, 'write');
    if (typeof write === 'function') Reflect.apply(write, socket, [`421 ${lastWords}\r\n`]);
    connection.disconnect();
  }
}
