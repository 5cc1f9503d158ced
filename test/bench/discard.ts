/*
 * The queue of the measured installs: it accepts everything and keeps nothing.
 */

/** The configuration of an install with the queue plugin `test_queue_discard`. */
export function discard(config: Readonly<Record<string, string>>) {
  const plugin = `exports.register = function () {
  this.register_hook('queue', 'take'); this.register_hook('queue_outbound', 'take')
}
exports.take = function (next) { next(OK, 'discarded') }
`;
  return { config, pluginFiles: { 'test_queue_discard.js': plugin } };
}
