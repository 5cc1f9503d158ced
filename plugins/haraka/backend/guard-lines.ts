/*
 * The lines that smtp_client reads. It does not read a code without text, and throws on unexpected replies, in AUTH LOGIN and
 * once it is released.
 * Read from Haraka 3.3.4: smtp_client.js (the listener for `line`). Ref: RFC 5321 4.2
 */
import type { EventEmitter } from 'node:events';

/** Has the listeners of a socket read every reply; `failed` gets the name of an error, whose message may contain a password. */
export function guardLines(socket: EventEmitter, failed: (name: string) => void): void {
  const listeners = socket.listeners('line');
  socket.removeAllListeners('line');
  for (const listener of listeners) {
    socket.on('line', (line: unknown) => {
      const read = typeof line === 'string' && /^\d{3}\s*$/.test(line) ? `${line.trim()} ` : line;
      try {
        Reflect.apply(listener, socket, [read]);
      } catch (error) {
        failed(error instanceof Error ? error.name : 'error');
      }
    });
  }
}
