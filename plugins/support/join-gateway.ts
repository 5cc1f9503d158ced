/*
 * How a plugin of the bundle joins the gateway of its process. Hooks that every install needs, whichever plugins it enables,
 * are registered here, once, by the first plugin that joins.
 */
import type { PluginName } from '../../runtime/haraka-install/index.js';
import type { HarakaPlugin } from '../haraka/index.js';
import { completeBare } from './bare-addresses.js';
import { canonicalizeAddress, checkAddress } from './client-address.js';
import { enterGateway, type Gateway } from './gateway.js';
import { cleanHeader, cleanOwnMessage, guardLines, judgeLines } from './guard-messages.js';
import { logMissing } from './log-missing.js';
import { pinDenial } from './pin-denial.js';

/** Hook, name of the method, and the method; all at priority -100. */
const shared = [
  ['connect_init', 'canonicalizeAddress', canonicalizeAddress],
  ['lookup_rdns', 'canonicalizeAddress', canonicalizeAddress],
  ['connect', 'checkAddress', checkAddress],
  ['connect_init', 'guardLines', guardLines],
  ['connect_init', 'completeBare', completeBare],
  ['data_post', 'judgeLines', judgeLines],
  ['queue', 'cleanHeader', cleanHeader],
  ['queue_outbound', 'cleanHeader', cleanHeader],
  ['pre_send_trans_email', 'cleanOwnMessage', cleanOwnMessage],
] as const;

let isShared = false;

/** Registers a hook with a method that the plugin does not have itself; Haraka finds it by its name. */
function hook(plugin: HarakaPlugin, name: string, method: string, run: unknown, priority: number): void {
  Reflect.set(plugin, method, run);
  plugin.register_hook(name, method, priority);
}

/**
 * Joins the gateway of this process; the first plugin to join loads the policy. Every plugin reports at start what it lacks,
 * and keeps its denials. Throws on a broken configuration, or when this Haraka lacks something.
 */
export function joinGateway(plugin: HarakaPlugin, name: PluginName): Gateway {
  const gateway = enterGateway(plugin, name);
  hook(plugin, 'init_master', 'logMissing', logMissing(name), 0);
  hook(plugin, 'deny', 'pinDenial', pinDenial, -100);
  if (isShared) return gateway;
  for (const [hookName, method, run] of shared) hook(plugin, hookName, method, run, -100);
  isShared = true;
  return gateway;
}
