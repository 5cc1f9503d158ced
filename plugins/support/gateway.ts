/*
 * What all plugins of the bundle share in one process: the policy in force, the databases, and the way to decide. The first
 * plugin that registers loads the policy; a broken configuration throws there, which stops Haraka.
 */
import type { ReverseName } from '../../lib/channel/index.js';
import type { PluginName } from '../../lib/decide/index.js';
import type { Environment, Lookup } from '../../lib/engine/index.js';
import type { Policy } from '../../lib/policy/index.js';
import { type AnswerObserver, ConfigError, type Loads, World } from '../../runtime/index.js';
import type { PasswordSource } from '../../runtime/passwords/index.js';
import type { SharedCounts } from '../../runtime/stores/index.js';
import { checkParts, type HarakaPlugin, secureConnections } from '../haraka/index.js';
import { stopOnBadLines } from './bad-lines.js';
import { brokenStart } from './broken-start.js';
import { configFolder } from './config-folder.js';

/** The policy and the outside world of one process. */
export class Gateway {
  readonly #world: World;
  readonly #enabled = new Set<PluginName>();

  constructor(world: World) {
    this.#world = world;
  }

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

  /** Tells whether another host has the same policy in force. */
  get policyHash(): string {
    return this.#world.policyHash;
  }

  /** Makes a decision: at once when every look-up answers at once, later otherwise. Throws or rejects on failure. */
  decide<T>(policy: Policy, work: (environment: Environment) => Lookup<T>): T | Promise<T> {
    return this.#world.decide(policy, work);
  }

  /** Looks up the name of a client's address: at once when it is known. Never rejects. */
  reverseName(policy: Policy, address: string): ReverseName | Promise<ReverseName> {
    return this.#world.reverseName(policy, address);
  }

  /** The password database in a store; null if the settings name none. */
  passwords(policy: Policy): PasswordSource | null {
    return this.#world.passwords(policy);
  }

  /** Where failed logins are counted together with other gateways; null if nowhere. */
  failureCounts(policy: Policy): SharedCounts | null {
    return this.#world.failureCounts(policy);
  }

  /** The attempts to load and reload the configuration so far. */
  get loads(): Loads {
    return this.#world.loads;
  }

  /** Has an observer told of every look-up from now on. */
  observeAnswers(observer: AnswerObserver): void {
    this.#world.observeAnswers(observer);
  }

  get configFolder(): string {
    return this.#world.configFolder;
  }

  heldFolder(policy: Policy): string {
    return this.#world.heldFolder(policy);
  }
}

let shared: Gateway | undefined;

/** Opens the world; before it throws, it writes everything wrong with the configuration to stderr. */
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
    throw brokenStart(error.diagnostics);
  }
}

/** Enters the gateway of this process. Throws on a broken configuration, or when this Haraka lacks something. */
export function enterGateway(plugin: HarakaPlugin, name: PluginName): Gateway {
  if (shared === undefined) stopOnBadLines(plugin);
  checkParts(plugin, name);
  secureConnections(plugin);
  shared ??= new Gateway(openWorld(plugin));
  shared.enable(name);
  return shared;
}

/** The gateway that register() entered. */
export function gateway(): Gateway {
  if (shared === undefined) throw new Error('the gateway is used before a plugin is registered');
  return shared;
}
