/*
 * How a plugin of a test changes what is inside the bundle, in a Haraka that loads it before the plugins of the bundle: these are then
 * loaded with each module from a file of its own, instead of all from one.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from './project-root.js';

const dist = path.join(projectRoot(), 'dist');

function loadApart(): void {
  for (const name of readdirSync(path.join(dist, 'plugins'))) {
    const packed = path.join(dist, 'packed', `${name}.js`);
    const file = path.join(dist, 'plugins', name, 'index.js');
    const loaded = (): NodeJS.Module | undefined => {
      require(file);
      return require.cache[file];
    };
    if (!(packed in require.cache)) Object.defineProperty(require.cache, packed, { get: loaded });
  }
}

/** A module of the bundle; for `reachInside`. */
export function moduleInside(name: string): unknown {
  loadApart();
  return require(path.join(dist, name));
}

/** The code, for the plugin of a test, of a module of the bundle by its name below `dist/`. */
export function reachInside(name: string): string {
  return `require(${JSON.stringify(__filename)}).moduleInside(${JSON.stringify(name)})`;
}
