/*
 * What a plugin of the bundle lacks when others are not enabled, said once, at start, in one line.
 */
import { losses, type PluginName } from '../../runtime/haraka-install/our-plugins.js';
import { gateway } from './gateway.js';
import type { HarakaPlugin, Next } from './haraka.js';

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
