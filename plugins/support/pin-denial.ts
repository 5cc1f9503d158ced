/*
 * The hook `deny`: observers are told of each denial, by a plugin of ours or another, and other plugins (delay_deny) are kept from
 * dropping a denial of ours: STOP leaves it as it is.
 */
import * as constants from 'haraka-constants';
import { guard } from './guard.js';
import { observer } from './observer.js';
import { proceed } from './respond.js';

/** The parameters of a denial that was told: the hook runs for each of our plugins, with the same ones. */
let told: readonly unknown[] | null = null;

/** Its parameters are the answer, the message, the plugin that denied, its function, what that was given, and the hook. */
export const pinDenial = guard<readonly [number, unknown, string, string?, unknown?, string?]>(
  function (connection, params) {
    if (told !== params) {
      told = params;
      const [answer, message, , , given, hook = ''] = params;
      observer()?.denied?.(connection, { answer, message, given, hook });
    }
    return params[2] === this.name ? { code: constants.stop } : proceed;
  },
);
