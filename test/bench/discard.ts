/*
 * The queue of the measured installs: it accepts everything and keeps nothing. Its answer names the recipients.
 */

/** The configuration of an install with the queue plugin `test_queue_discard`. */
export function discard(config: Readonly<Record<string, string>>) {
  const plugin = `exports.register = function () {
  this.register_hook('queue', 'take'); this.register_hook('queue_outbound', 'take')
}
exports.take = function (next, connection) {
  next(OK, 'discarded for ' + connection.transaction.rcpt_to.map((to) => to.address).join(' '))
}
`;
  return { config, pluginFiles: { 'test_queue_discard.js': plugin } };
}
