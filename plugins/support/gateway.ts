/*
 * What all plugins of the bundle share in one process: the policy in force, the databases, and the way to decide.
 * The first plugin that registers loads the policy; a broken configuration throws there, which stops Haraka. It also
 * makes Haraka's connections safe.
 */
import { join } from 'node:path';
import type { Environment, Lookup, Policy, ReverseName } from '../../lib/index.js';
import { ConfigError } from '../../runtime/policy-store.js';
import { World } from '../../runtime/world.js';
import { secureConnections } from '../haraka/index.js';
import type { HarakaPlugin } from './haraka.js';

/** The names under which the plugins of the bundle are enabled. */
export type PluginName = 'switchchannel' | 'maytls' | 'auth' | 'access' | 'forward' | 'deliver';

/** The policy and the outside world of one process. */
export class Gateway {
  readonly #world: World;
  readonly #enabled = new Set<PluginName>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Remembers that a plugin of the bundle is enabled. */
  enable(name: PluginName): void {
    this.#enabled.add(name);
  }

  isEnabled(name: PluginName): boolean {
    return this.#enabled.has(name);
  }

  /** The policy in force; a connection or transaction keeps the one it began with. */
  get policy(): Policy {
    return this.#world.policy();
  }

  /** Takes a decision: at once when every answer comes at once, later otherwise. Throws or rejects on trouble. */
  decide<T>(policy: Policy, work: (environment: Environment) => Lookup<T>): T | Promise<T> {
    return this.#world.decide(policy, work);
  }

  /** Looks up the name of a client's address. Never rejects. */
  reverseName(policy: Policy, address: string): Promise<ReverseName> {
    return this.#world.reverseName(policy, address);
  }

  /** Haraka's config folder. */
  get configFolder(): string {
    return this.#world.configFolder;
  }

  /** The folder for held messages. */
  heldFolder(policy: Policy): string {
    return this.#world.heldFolder(policy);
  }
}

let shared: Gateway | undefined;

/** Haraka's config folder: for a packaged plugin `config.root_path` is the folder of its own defaults. */
export function configFolder(plugin: HarakaPlugin): string {
  const install = process.env['HARAKA'];
  return install === undefined ? plugin.config.root_path : join(install, 'config');
}

/** Opens the world; what is wrong with the configuration goes to stderr, whole, before the start is given up. */
function openWorld(plugin: HarakaPlugin): World {
  try {
    return new World({
      configFolder: configFolder(plugin),
      watch: true,
      isGateway: true,
      log: (severity, message) => {
        switch (severity) {
          case 'error':
            return plugin.logerror(message);
          case 'warning':
            return plugin.logwarn(message);
          case 'notice':
            return plugin.lognotice(message);
        }
      },
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    throw new Error('the configuration has errors, which stand on stderr');
  }
}

/** Joins the gateway of this process; loads the policy when no plugin has yet. Throws on a broken configuration. */
export function joinGateway(plugin: HarakaPlugin, name: PluginName): Gateway {
  secureConnections(plugin);
  shared ??= new Gateway(openWorld(plugin));
  shared.enable(name);
  return shared;
}

/** The gateway that register() joined. */
export function gateway(): Gateway {
  if (shared === undefined) throw new Error('the gateway is used before a plugin registered');
  return shared;
}
