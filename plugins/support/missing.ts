/*
 * What a plugin of the bundle lacks when others are not enabled, said once, at start, in one line.
 */
import type { PluginName } from './gateway.js';
import { gateway } from './gateway.js';
import type { HarakaPlugin, Next } from './haraka.js';

const listenerChannel = 'every client is on the channel of its listener';
const noTables = 'no access table is asked';

const losses: Readonly<Record<PluginName, readonly (readonly [PluginName, string])[]>> = {
  switchchannel: [
    ['access', noTables],
    ['deliver', 'recipients are vouched for and delivered by other plugins, without regard to channels'],
  ],
  auth: [
    ['switchchannel', listenerChannel],
    ['access', 'FROM_ACCESS does not see who authenticated'],
  ],
  access: [
    ['switchchannel', listenerChannel],
    ['deliver', 'other plugins vouch for recipients and deliver to the addresses as received'],
  ],
  forward: [
    ['access', noTables],
    ['deliver', 'forwarded mail leaves by the queue plugin of the install, all recipients alike'],
  ],
  deliver: [
    ['switchchannel', listenerChannel],
    ['access', `${noTables}, and only clients that another plugin lets relay may send to the outside`],
  ],
  maytls: [
    ['switchchannel', listenerChannel],
    ['deliver', 'mail that leaves has the channel that its recipient rewrites to'],
  ],
};

/** Says what `name` lacks; undefined when nothing. */
function lackOf(name: PluginName): string | undefined {
  const missing = losses[name].filter(([other]) => !gateway().isEnabled(other));
  if (missing.length === 0) return undefined;
  return missing.map(([other, loss]) => `pmdf/${other} is not enabled: ${loss}`).join('; ');
}

/** Makes the hook `init_master` of a plugin, which runs once, when all plugins are loaded. */
export function tellMissing(name: PluginName): (this: HarakaPlugin, next: Next) => void {
  return function tell(next) {
    const lack = lackOf(name);
    if (lack !== undefined) this.lognotice(lack);
    next();
  };
}
