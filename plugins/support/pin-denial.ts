/*
 * Keeps other plugins (delay_deny) from dropping a denial of ours: STOP in the hook `deny` leaves it as it is.
 */
import * as constants from 'haraka-constants';
import { guard } from './guard.js';
import { proceed } from './respond.js';

/** The hook `deny`; its parameters are code, message and name of the plugin that denied. */
export const pinDenial = guard<readonly [number, unknown, string]>(function (_connection, params) {
  return params[2] === this.name ? { code: constants.stop } : proceed;
});
