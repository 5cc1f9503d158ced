/*
 * Breaks the product from inside a running Haraka, without a hook in the product for it: a plugin of the test, listed
 * first, reaches into the modules that it shares with the plugins of the bundle. `FAULT name` in a session sets the
 * fault for the whole process, `FAULT none` removes it.
 */

import { reachInside } from './reach-inside.js';

/** The name of the plugin, for config/plugins. */
export const faultsPlugin = 'e2e_faults';

/** The faults that can be set. */
export type Fault =
  | 'none'
  /** A decision throws. */
  | 'throw-connection'
  | 'throw-port'
  | 'throw-sender'
  | 'throw-recipient'
  | 'throw-reprocessed'
  /** A decision is a promise that rejects. */
  | 'reject'
  /** A queue file cannot be written; the next-hop server cannot be asked. */
  | 'throw-write'
  | 'throw-ask'
  | 'throw-forward';

/** The files of the plugin. */
export function faultsFiles(): Readonly<Record<string, string>> {
  const code = `let fault = 'none'

function breakIn (module, name, onFault, owner = (module) => module) {
  const holder = owner(module)
  const original = holder[name]
  holder[name] = function (...args) { return onFault(original, this, args) }
}
function throwing (module, name, when, owner) {
  breakIn(module, name, (original, self, args) => {
    if (fault === when) throw new Error('injected: ' + when)
    return original.apply(self, args)
  }, owner)
}
throwing(${reachInside('lib/decide/decide-connection.js')}, 'decideConnection', 'throw-connection')
throwing(${reachInside('lib/decide/decide-connection.js')}, 'decidePort', 'throw-port')
throwing(${reachInside('lib/decide/decide-sender.js')}, 'decideSender', 'throw-sender')
throwing(${reachInside('lib/decide/decide-recipient.js')}, 'decideRecipient', 'throw-recipient')
throwing(${reachInside('lib/decide/decide-address.js')}, 'decideReprocessed', 'throw-reprocessed')
throwing(${reachInside('plugins/haraka/queue/outbound-queue.js')}, 'write', 'throw-write', (module) => module.OutboundQueue.prototype)
throwing(${reachInside('plugins/deliver/ask-next-hop.js')}, 'askNextHop', 'throw-ask')
throwing(${reachInside('plugins/deliver/send-copies.js')}, 'sendCopies', 'throw-forward')
breakIn(${reachInside('plugins/support/gateway.js')}, 'decide', (original, self, args) => {
  return fault === 'reject' ? Promise.reject(new Error('injected: reject')) : original.apply(self, args)
}, (module) => module.Gateway.prototype)

exports.register = function () { this.register_hook('unrecognized_command', 'set', -100) }
exports.set = function (next, connection, [verb, name]) {
  if (verb !== 'FAULT') return next()
  fault = name
  connection.respond(250, 'fault ' + fault, () => next(OK))
}
`;
  return { [`${faultsPlugin}/package.json`]: '{"main": "index.js"}\n', [`${faultsPlugin}/index.js`]: code };
}
