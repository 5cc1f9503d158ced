/*
 * What is logged once, at start: the policy in force, and for each plugin what it lacks without its siblings.
 */
import { join } from 'node:path';
import type { PluginName } from '../../lib/decide/index.js';
import { losses } from '../../runtime/haraka-install/index.js';
import { type HarakaPlugin, loadedPlugins, type Next } from '../haraka/index.js';
import { gateway } from './gateway.js';
import { policyLine } from './policy-line.js';

/** What a plugin lacks; undefined when nothing. */
function lackOf(name: PluginName): string | undefined {
  const missing = losses[name].filter(([other]) => !gateway().isEnabled(other));
  if (missing.length === 0) return undefined;
  return missing.map(([other, loss]) => `pmdf/${other} is not enabled: ${loss}`).join('; ');
}

/** Plugins that Haraka left out because of `ignore_bad_plugins`. */
function leftOut(plugin: HarakaPlugin): string[] {
  return Object.entries(loadedPlugins(plugin)).flatMap(([name, loaded]) =>
    loaded === undefined ? [name] : [],
  );
}

let isLogged = false;

/** Logs, once for the whole start, the policy in force and the plugins that Haraka left out. */
function logPolicy(plugin: HarakaPlugin): void {
  if (isLogged) return;
  isLogged = true;
  const { policy, policyHash, configFolder } = gateway();
  const isEnabled = (name: PluginName): boolean => gateway().isEnabled(name);
  plugin.lognotice(policyLine({ policy, hash: policyHash }, join(configFolder, 'pmdf'), isEnabled));
  const missing = leftOut(plugin);
  if (missing.length > 0)
    plugin.logwarn(`ignore_bad_plugins is set, and Haraka runs without ${missing.join(', ')}`);
}

/** Makes the hook `init_master` of a plugin, which runs once, when all plugins are loaded. */
export function logMissing(name: PluginName): (this: HarakaPlugin, next: Next) => void {
  return function log(next) {
    logPolicy(this);
    const lack = lackOf(name);
    if (lack !== undefined) this.lognotice(lack);
    next();
  };
}
