/*
 * What is changed in the connections of every process that runs a plugin of the bundle.
 */
import { openLogger } from '../log-level.js';
import type { HarakaPlugin } from '../types.js';
import { forgetAtHandshake } from './after-handshake.js';
import { boundInput } from './bounded-input.js';
import { type ConnectionMethods, connectionClass } from './connection-class.js';
import { keepCommandsApart } from './one-command.js';
import { acceptOneProxyLine } from './one-proxy-line.js';
import { hideSecrets } from './secret-lines.js';

const changed = new WeakSet<ConnectionMethods>();

/** Makes the connections of this process safe; once is enough. Throws when this Haraka lacks a method. */
export function secureConnections(plugin: HarakaPlugin): void {
  const methods = connectionClass.in(plugin);
  if (changed.has(methods)) return;
  changed.add(methods);
  openLogger(plugin);
  hideSecrets(methods);
  forgetAtHandshake(plugin, methods);
  acceptOneProxyLine(methods);
  keepCommandsApart(methods);
  boundInput(methods);
}
