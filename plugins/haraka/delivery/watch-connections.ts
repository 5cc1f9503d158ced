/*
 * Has every connection of Haraka's queue watched, whatever file it is for, from its first message on and as long as it lasts.
 * Read from Haraka 3.3.4: outbound/hmail.js try_deliver_host_on_socket.
 */
import type { HarakaPlugin } from '../types.js';
import { checkSocket, type OutboundMail, type OutboundSocket, outboundMail } from './outbound-mail.js';
import type { SocketWatch } from './socket-watch.js';

/** Makes the function that starts the watch; it throws when this Haraka lacks a function, and acts once. */
export function connectionWatcher<W extends SocketWatch>(
  make: (socket: OutboundSocket) => W,
): (plugin: HarakaPlugin, begin?: (watch: W, mail: OutboundMail) => void) => void {
  const watches = new WeakMap<OutboundSocket, W>();
  const changed = new WeakSet<OutboundMail>();
  return (plugin, begin = () => undefined) => {
    const prototype = outboundMail.in(plugin);
    if (changed.has(prototype)) return;
    changed.add(prototype);
    const attempt = prototype.try_deliver_host_on_socket;
    prototype.try_deliver_host_on_socket = function (mx, host, port, socket) {
      checkSocket(socket);
      let watch = watches.get(socket);
      if (watch === undefined) {
        watch = make(socket);
        watches.set(socket, watch);
      }
      begin(watch, this);
      attempt.call(this, mx, host, port, socket);
    };
  };
}
