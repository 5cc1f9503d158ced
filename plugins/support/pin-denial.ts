/*
 * Keeps other plugins (delay_deny) from dropping a denial of ours: STOP in the hook `deny` leaves it as it is.
 */
import * as constants from 'haraka-constants';
import type { HarakaConnection, HarakaPlugin } from '../haraka/index.js';
import { guard } from './guard.js';
import { proceed } from './respond.js';

/** The hook `deny`; its parameters are code, message and name of the plugin that denied. */
export const pinDenial = guard(function (
  this: HarakaPlugin,
  _connection: HarakaConnection,
  params: readonly [number, unknown, string],
) {
  return params[2] === this.name ? { code: constants.stop } : proceed;
});
