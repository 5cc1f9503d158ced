/*
 * Preloaded into Haraka by tests: what Haraka loads at its start and hardly ever uses is loaded at its first use. That is half
 * of the processor time of a start, and tests start Haraka hundreds of times.
 */
import Module from 'node:module';
import { sep } from 'node:path';

/** By the package that loads it. */
const late: ReadonlyMap<string, string> = new Map([
  ['haraka-config', 'yaml'],
  ['haraka-email-message', 'libmime'],
  // Reads the list of public suffixes, ten thousand lines.
  ['haraka-net-utils', 'haraka-tld'],
  ['haraka-plugin-redis', 'redis'],
  ['libmime', 'encoding-japanese'],
]);

function isLate({ path }: Module, id: string): boolean {
  const [, folder = ''] = /.*[\\/]node_modules[\\/]([^\\/]+)/.exec(path + sep) ?? [];
  return late.get(folder) === id;
}

/** The exports of a module that `load` loads when one of them is asked for. */
function exportsOf(load: () => object): object {
  let loaded: object | null = null;
  const all = (): object => {
    loaded ??= load();
    return loaded;
  };
  return new Proxy(
    {},
    {
      get: (_, name) => Reflect.get(all(), name),
      has: (_, name) => Reflect.has(all(), name),
      set: (_, name, value) => Reflect.set(all(), name, value),
    },
  );
}

const { require: original } = Module.prototype;

Module.prototype.require = Object.assign(function (this: Module, id: string): unknown {
  const load = (): unknown => original.call(this, id);
  return isLate(this, id) ? exportsOf(() => Object(load())) : load();
}, original);
