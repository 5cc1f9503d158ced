/*
 * Haraka's config folder: for a packaged plugin `config.root_path` is the folder of the plugin's own defaults.
 */
import { join } from 'node:path';
import type { HarakaPlugin } from '../haraka/index.js';

export function configFolder(plugin: HarakaPlugin): string {
  const install = process.env['HARAKA'];
  return install === undefined ? plugin.config.root_path : join(install, 'config');
}
