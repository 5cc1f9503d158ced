/*
 * How a plugin of the bundle joins the gateway of its process. Hooks that every install needs, whichever plugins it enables,
 * are registered here, once, by the first plugin that joins; it also changes what core does with the lines of all clients.
 */
import type { PluginName } from '../../lib/decide/index.js';
import { type HarakaPlugin, keepStringsQuick } from '../haraka/index.js';
import { completeBare } from './bare-addresses.js';
import { canonicalizeAddress, checkAddress } from './client-address.js';
import { enterGateway, type Gateway } from './gateway.js';
import { logMissing } from './log-missing.js';
import { cleanHeader, cleanOwnMessage, guardLines, judgeLines } from './message-lines.js';
import { pinDenial } from './pin-denial.js';

/** A hook, the name of the method by which Haraka finds it in the plugin, and the method. */
type SharedHook = readonly [hook: string, name: string, method: unknown];

/** At priority -100, for every install. */
const sharedHooks: readonly SharedHook[] = [
  ['connect_init', 'canonicalizeAddress', canonicalizeAddress],
  ['lookup_rdns', 'canonicalizeAddress', canonicalizeAddress],
  ['connect', 'checkAddress', checkAddress],
  ['data_post', 'judgeLines', judgeLines],
  ['queue', 'cleanHeader', cleanHeader],
  ['queue_outbound', 'cleanHeader', cleanHeader],
  ['pre_send_trans_email', 'cleanOwnMessage', cleanOwnMessage],
];

let isHooked = false;

function register(plugin: HarakaPlugin, [hook, name, method]: SharedHook, priority: number): void {
  Reflect.set(plugin, name, method);
  plugin.register_hook(hook, name, priority);
}

/**
 * Joins the gateway of this process; the first plugin to join loads the policy. Every plugin logs at start what it lacks, and
 * keeps its denials. Throws on a broken configuration, or when this Haraka lacks something.
 */
export function joinGateway(plugin: HarakaPlugin, name: PluginName): Gateway {
  const gateway = enterGateway(plugin, name);
  register(plugin, ['init_master', 'logMissing', logMissing(name)], 0);
  register(plugin, ['deny', 'pinDenial', pinDenial], -100);
  if (isHooked) return gateway;
  keepStringsQuick();
  for (const hook of sharedHooks) register(plugin, hook, -100);
  guardLines(plugin);
  completeBare(plugin);
  isHooked = true;
  return gateway;
}
