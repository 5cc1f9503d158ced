/*
 * What is said once, at start: the policy in force, and in a line for each plugin what it lacks without the others.
 */

import { join } from 'node:path';
import { losses, type PluginName } from '../../runtime/haraka-install/index.js';
import { loadedPlugins } from '../haraka/loaded-plugins.js';
import type { HarakaPlugin, Next } from '../haraka/types.js';
import { gateway } from './gateway.js';
import { policyLine } from './policy-line.js';

/** Says what `name` lacks; undefined when nothing. */
function lackOf(name: PluginName): string | undefined {
  const missing = losses[name].filter(([other]) => !gateway().isEnabled(other));
  if (missing.length === 0) return undefined;
  return missing.map(([other, loss]) => `pmdf/${other} is not enabled: ${loss}`).join('; ');
}

/** Plugins that `ignore_bad_plugins` had Haraka leave out. */
function leftOut(plugin: HarakaPlugin): string[] {
  return Object.entries(loadedPlugins(plugin) ?? {}).flatMap(([name, loaded]) =>
    loaded === undefined ? [name] : [],
  );
}

let isTold = false;

/** Tells once for the whole start, which policy is in force, and which plugins Haraka has left out. */
function tellPolicy(plugin: HarakaPlugin): void {
  if (isTold) return;
  isTold = true;
  const { policy, configFolder } = gateway();
  plugin.lognotice(policyLine(policy, join(configFolder, 'pmdf'), (name) => gateway().isEnabled(name)));
  const missing = leftOut(plugin);
  if (missing.length > 0)
    plugin.logwarn(`ignore_bad_plugins is set, and Haraka runs without ${missing.join(', ')}`);
}

/** Makes the hook `init_master` of a plugin, which runs once, when all plugins are loaded. */
export function tellMissing(name: PluginName): (this: HarakaPlugin, next: Next) => void {
  return function tell(next) {
    tellPolicy(this);
    const lack = lackOf(name);
    if (lack !== undefined) this.lognotice(lack);
    next();
  };
}
