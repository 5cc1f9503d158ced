/*
 * Breaks the product from inside a running Haraka, without a hook in the product for it: a plugin of the test, listed
 * first, reaches into the modules that it shares with the plugins of the bundle. `FAULT name` in a session sets the
 * fault for the whole process, `FAULT none` removes it.
 */

import path from 'node:path';
import { projectRoot } from './project-root.js';

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
  /** A database neither answers nor fails. */
  | 'silent-database'
  /** A queue file cannot be written; the next-hop server cannot be asked. */
  | 'throw-write'
  | 'throw-ask'
  | 'throw-forward';

/** The files of the plugin. */
export function faultsFiles(): Readonly<Record<string, string>> {
  const code = `const path = require('node:path')
const root = ${JSON.stringify(path.join(projectRoot(), 'dist'))}
let fault = 'none'

function breakIn (file, name, onFault, owner = (module) => module) {
  const holder = owner(require(path.join(root, file)))
  const original = holder[name]
  holder[name] = function (...args) { return onFault(original, this, args) }
}
function throwing (file, name, when, owner) {
  breakIn(file, name, (original, self, args) => {
    if (fault === when) throw new Error('injected: ' + when)
    return original.apply(self, args)
  }, owner)
}
throwing('lib/decide/decide-connection.js', 'decideConnection', 'throw-connection')
throwing('lib/decide/decide-connection.js', 'decidePort', 'throw-port')
throwing('lib/decide/decide-sender.js', 'decideSender', 'throw-sender')
throwing('lib/decide/decide-recipient.js', 'decideRecipient', 'throw-recipient')
throwing('lib/decide/decide-recipient.js', 'decideReprocessed', 'throw-reprocessed')
throwing('plugins/haraka/queue/outbound-queue.js', 'write', 'throw-write', (module) => module.OutboundQueue.prototype)
throwing('plugins/deliver/ask-next-hop.js', 'askNextHop', 'throw-ask')
throwing('plugins/deliver/send-copies.js', 'sendCopies', 'throw-forward')
breakIn('plugins/support/gateway.js', 'decide', (original, self, args) => {
  return fault === 'reject' ? Promise.reject(new Error('injected: reject')) : original.apply(self, args)
}, (module) => module.Gateway.prototype)
breakIn('runtime/databases/answer-requests.js', 'answerRequests', (original, self, args) => {
  const answers = original.apply(self, args)
  return { answer: (request) => fault === 'silent-database' ? new Promise(() => {}) : answers.answer(request) }
})

exports.register = function () { this.register_hook('unrecognized_command', 'set', -100) }
exports.set = function (next, connection, [verb, name]) {
  if (verb !== 'FAULT') return next()
  fault = name
  connection.respond(250, 'fault ' + fault, () => next(OK))
}
`;
  return { [`${faultsPlugin}/package.json`]: '{"main": "index.js"}\n', [`${faultsPlugin}/index.js`]: code };
}
