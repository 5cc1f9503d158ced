/*
 * The check at start: what is said of a Haraka that lacks an undocumented part.
 */
import assert from 'node:assert/strict';
import { pluginNames } from '../../../lib/decide/index.js';
import { checkParts } from '../../../plugins/haraka/check-parts.js';
import type { HarakaPlugin } from '../../../plugins/haraka/types.js';
import { fakePlugin } from '../fakes.js';

/** Has every function, however deep. */
const everything: object = new Proxy(() => undefined, { get: () => everything });

/** Modules in which something else than functions is needed. */
const withData: Readonly<Record<string, object>> = {
  plugins: { run_hooks: everything, registered_plugins: {}, registered_hooks: {} },
  connection: { Connection: everything, cfg: { max: {} } },
  logger: { would_log: everything, levels: {} },
  server: { listeners: [], http: { cfg: {} }, cfg: { main: {} }, get_listen_addrs: everything },
  tls_socket: { certsByHost: {}, load_default_opts: everything, load_tls_ini: everything },
  'outbound/config': { cfg: { enable_tls: true } },
  'outbound/queue': {
    queue_dir: 'queue',
    delete_dot_files: everything,
    read_parts: everything,
    ensure_queue_dir: everything,
  },
  outbound: new Proxy(
    {
      temp_fail_queue: { queue: [], add: everything },
      delivery_queue: { tasks: [], push: everything },
      qfile: { name: everything, parts: everything, platformDOT: '__tmp__.' },
    },
    { get: (outbound, name) => Reflect.get(outbound, name) ?? everything },
  ),
};

/** A plugin in a Haraka with everything, but for these modules; null is one that cannot be loaded. */
function pluginIn(name: string, modules: Readonly<Record<string, object | null>>): HarakaPlugin {
  return {
    ...fakePlugin(name),
    haraka_require: (module) => {
      const found = Object.hasOwn(modules, module) ? modules[module] : (withData[module] ?? everything);
      if (found === null) throw new Error('Cannot find module');
      return found;
    },
  };
}

describe('the check for undocumented parts of Haraka', () => {
  for (const name of pluginNames) {
    it(`lets pmdf/${name} start where all are there`, () => {
      checkParts(pluginIn(`pmdf/${name}`, {}), name);
    });
  }

  const rows = [
    ['switchchannel', { connection: {} }, /connection\.Connection\.prototype\.process_line, /],
    ['watch', { server: { http: {} } }, /: server\.http\.cfg;/],
    ['switchchannel', { connection: null }, /connection\.Connection\.prototype\.process_line, /],
    [
      'switchchannel',
      { plugins: { run_hooks: everything, registered_plugins: {} } },
      /: plugins\.registered_hooks;/,
    ],
    [
      'access',
      { plugins: { run_hooks: everything, registered_hooks: {} } },
      /: plugins\.registered_plugins;/,
    ],
    ['access', { logger: { would_log: everything } }, /: logger\.levels;/],
    ['maytls', { server: {} }, /: server\.listeners;/],
    ['maytls', { 'outbound/config': { cfg: {} } }, /: outbound\/config\.cfg\.enable_tls;/],
    [
      'maytls',
      { tls_socket: { certsByHost: {}, load_tls_ini: everything } },
      /: tls_socket\.load_default_opts;/,
    ],
    [
      'deliver',
      { outbound: {} },
      /outbound\.TODOItem, .*outbound\.delivery_queue\.push, .*outbound\.qfile\.parts/,
    ],
  ] as const;
  for (const [name, modules, missing] of rows) {
    it(`stops pmdf/${name} without ${Object.keys(modules).join()}, naming what is missing`, () => {
      const check = (): void => checkParts(pluginIn(`pmdf/${name}`, modules), name);
      assert.throws(check, missing);
      assert.throws(
        check,
        new RegExp(
          `^Error: pmdf/${name} relies on .* Haraka 3\\.3\\.4 .* use Haraka 3\\.3, or remove pmdf/${name} from config/plugins$`,
        ),
      );
    });
  }
});
