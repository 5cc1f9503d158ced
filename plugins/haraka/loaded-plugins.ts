/*
 * What core's plugins module holds: the plugins of this process, and who runs in which hook.
 */
import type { HarakaPlugin } from './types.js';

function memberOf(plugin: HarakaPlugin, name: string): Readonly<Record<string, unknown>> | null {
  const value: unknown = Reflect.get(Object(plugin.haraka_require('plugins')), name);
  const isRecord = (one: unknown): one is Readonly<Record<string, unknown>> =>
    typeof one === 'object' && one !== null;
  return isRecord(value) ? value : null;
}

/** The plugins of this process by name; null on a Haraka that is not one that we know. */
export function loadedPlugins(plugin: HarakaPlugin): Readonly<Record<string, unknown>> | null {
  return memberOf(plugin, 'registered_plugins');
}

/** The names of the plugins that run in a hook. */
export function pluginsInHook(plugin: HarakaPlugin, hook: string): readonly string[] {
  const hooks = memberOf(plugin, 'registered_hooks')?.[hook];
  return Array.isArray(hooks) ? hooks.map((one: unknown) => String(Reflect.get(Object(one), 'plugin'))) : [];
}
