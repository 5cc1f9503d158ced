/*
 * The plugins of this process, and which of them run in a hook.
 * Undocumented, read from Haraka 3.3.4: plugins.js (registered_plugins, registered_hooks, run_hooks).
 */
import { Part } from './part.js';
import type { HarakaPlugin } from './types.js';

/** Core's module of plugins. */
export interface PluginsModule {
  readonly registered_plugins: Readonly<Record<string, unknown>>;
  readonly registered_hooks: Readonly<Record<string, readonly { readonly plugin: string }[] | undefined>>;
  run_hooks(hook: string, object: object): void;
}

export const pluginsModule = new Part<PluginsModule>('plugins', '', ['run_hooks'], {
  registered_plugins: 'object',
  registered_hooks: 'object',
});

/** The plugins of this process by name. */
export function loadedPlugins(plugin: HarakaPlugin): Readonly<Record<string, unknown>> {
  return pluginsModule.in(plugin).registered_plugins;
}

/** The names of the plugins that run in a hook. */
export function pluginsInHook(plugin: HarakaPlugin, hook: string): readonly string[] {
  return (pluginsModule.in(plugin).registered_hooks[hook] ?? []).map(({ plugin: name }) => name);
}
