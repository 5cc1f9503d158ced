/*
 * How a plugin of the bundle joins the gateway of its process. What holds for every install, whichever plugins it enables,
 * is hooked in here, once, on behalf of the first plugin that joins.
 */
import { checkCommandLines } from '../haraka/connection/command-lines.js';
import { checkDataLines } from '../haraka/message/data-lines.js';
import type { HarakaPlugin } from '../haraka/types.js';
import { completeBare } from './bare-addresses.js';
import { checkAddress, settleAddress } from './client-address.js';
import { enterGateway, type Gateway, type PluginName } from './gateway.js';
import { cleanHeader, cleanOwnMessage, guardLines, judgeLines } from './guard-messages.js';

/** Hook, name of the method, and what runs; all at priority -100. */
const hooks = [
  ['connect_init', 'settleAddress', settleAddress],
  ['lookup_rdns', 'settleAddress', settleAddress],
  ['connect', 'checkAddress', checkAddress],
  ['connect_init', 'guardLines', guardLines],
  ['connect_init', 'completeBare', completeBare],
  ['data_post', 'judgeLines', judgeLines],
  ['queue', 'cleanHeader', cleanHeader],
  ['queue_outbound', 'cleanHeader', cleanHeader],
  ['pre_send_trans_email', 'cleanOwnMessage', cleanOwnMessage],
] as const;

let isHooked = false;

/** Joins the gateway of this process; the first to join loads the policy. Throws on a broken configuration. */
export function joinGateway(plugin: HarakaPlugin, name: PluginName): Gateway {
  const gateway = enterGateway(plugin, name);
  if (isHooked) return gateway;
  checkDataLines(plugin);
  checkCommandLines(plugin);
  for (const [hook, method, run] of hooks) {
    // Haraka finds the method of a hook by its name in the plugin.
    Reflect.set(plugin, method, run);
    plugin.register_hook(hook, method, -100);
  }
  isHooked = true;
  return gateway;
}
