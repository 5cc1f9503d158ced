/*
 * The door to Haraka's inside: what is changed in every process that has a plugin of the bundle.
 */
import type { HarakaPlugin } from '../types.js';
import { forgetAtHandshake } from './after-handshake.js';
import { boundInput } from './bounded-input.js';
import { type ConnectionMethods, connectionMethods } from './connection-class.js';
import { keepCommandsApart } from './one-command.js';
import { takeOneProxyLine } from './one-proxy-line.js';
import { hideSecrets } from './secret-lines.js';

const changed = new WeakSet<ConnectionMethods>();

/** Makes the connections of this process safe; once is enough. Throws on a Haraka that is not one that we know. */
export function secureConnections(plugin: HarakaPlugin): void {
  const methods = connectionMethods(plugin);
  if (changed.has(methods)) return;
  changed.add(methods);
  hideSecrets(methods);
  forgetAtHandshake(plugin, methods);
  takeOneProxyLine(methods);
  keepCommandsApart(methods);
  boundInput(methods);
}
