/*
 * What all plugins of the bundle share in one process: the policy in force, the databases, and the way to decide.
 * The first plugin that registers loads the policy; a broken configuration throws there, which stops Haraka.
 */
import type { Environment, Lookup, Policy } from '../../lib/index.js';
import { openWorld, type World } from '../../runtime/world.js';
import type { HarakaPlugin } from './haraka.js';

/** The names under which the plugins of the bundle are enabled. */
export type PluginName = 'switchchannel' | 'access' | 'deliver';

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

  /** Takes a decision: at once when every database is embedded, later otherwise. Rejects or throws on trouble. */
  decide<T>(work: (environment: Environment) => Lookup<T>): T | Promise<T> {
    return this.#world.decide(this.policy, work);
  }

  /** Looks up the name of a client's address. */
  get world(): World {
    return this.#world;
  }
}

let shared: Gateway | undefined;

/** Joins the gateway of this process; loads the policy when no plugin has yet. Throws on a broken configuration. */
export function joinGateway(plugin: HarakaPlugin, name: PluginName): Gateway {
  if (shared === undefined) {
    shared = new Gateway(
      openWorld({
        configFolder: plugin.config.root_path,
        log: {
          notice: (message) => plugin.lognotice(message),
          warning: (message) => plugin.logwarn(message),
          error: (message) => plugin.logerror(message),
        },
      }),
    );
  }
  shared.enable(name);
  return shared;
}

/** The gateway that register() joined. */
export function gateway(): Gateway {
  if (shared === undefined) throw new Error('the gateway is used before a plugin registered');
  return shared;
}
