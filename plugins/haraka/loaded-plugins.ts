/*
 * The plugins of this process, and which of them run in a hook.
 * Undocumented, read from Haraka 3.3.4: plugins.js (registered_plugins, registered_hooks, run_hooks).
 */
import { Part } from './part.js';
import type { HarakaPlugin } from './types.js';

/** Core's module of plugins. */
export interface PluginsModule {
  readonly registered_plugins: Readonly<Record<string, unknown>>;
  run_hooks(hook: string, object: object): void;
}

export const pluginsModule = new Part<PluginsModule>('plugins', '', ['run_hooks'], {
  registered_plugins: 'object',
});

function memberOf(plugin: HarakaPlugin, name: string): Readonly<Record<string, unknown>> | null {
  const value: unknown = Reflect.get(Object(plugin.haraka_require('plugins')), name);
  const isRecord = (one: unknown): one is Readonly<Record<string, unknown>> =>
    typeof one === 'object' && one !== null;
  return isRecord(value) ? value : null;
}

/** The plugins of this process by name; null where Haraka does not tell. */
export function loadedPlugins(plugin: HarakaPlugin): Readonly<Record<string, unknown>> | null {
  return memberOf(plugin, 'registered_plugins');
}

/** The names of the plugins that run in a hook. */
export function pluginsInHook(plugin: HarakaPlugin, hook: string): readonly string[] {
  const hooks = memberOf(plugin, 'registered_hooks')?.[hook];
  return Array.isArray(hooks) ? hooks.map((one: unknown) => String(Reflect.get(Object(one), 'plugin'))) : [];
}
