/*
 * What all plugins of the bundle share in one process: the policy in force, the databases, and the way to decide.
 * The first plugin that registers loads the policy; a broken configuration throws there, which stops Haraka.
 */
import type { Environment, Lookup, Policy, ReverseName } from '../../lib/index.js';
import { World } from '../../runtime/world.js';
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

  /** Takes a decision: at once when every answer comes at once, later otherwise. Throws or rejects on trouble. */
  decide<T>(policy: Policy, work: (environment: Environment) => Lookup<T>): T | Promise<T> {
    return this.#world.decide(policy, work);
  }

  /** Looks up the name of a client's address. Never rejects. */
  reverseName(policy: Policy, address: string): Promise<ReverseName> {
    return this.#world.reverseName(policy, address);
  }

  /** The folder for held messages. */
  heldFolder(policy: Policy): string {
    return this.#world.heldFolder(policy);
  }
}

let shared: Gateway | undefined;

/** Joins the gateway of this process; loads the policy when no plugin has yet. Throws on a broken configuration. */
export function joinGateway(plugin: HarakaPlugin, name: PluginName): Gateway {
  shared ??= new Gateway(
    new World({
      configFolder: plugin.config.root_path,
      watch: true,
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
    }),
  );
  shared.enable(name);
  return shared;
}

/** The gateway that register() joined. */
export function gateway(): Gateway {
  if (shared === undefined) throw new Error('the gateway is used before a plugin registered');
  return shared;
}
