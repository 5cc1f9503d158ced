/*
 * What the steps of a session share: where it takes place, and how a step is decided. Each step has an environment of its
 * own, as each command has in the gateway, and a step that fails defers.
 */
import type { Environment, Lookup, TraceEvent, Tracer } from '../engine/index.js';
import { type Policy, type Session, sessionTls } from '../policy/index.js';

/** The names of the plugins of the bundle, in their order in config/plugins. */
export const pluginNames = [
  'switchchannel',
  'maytls',
  'auth',
  'access',
  'forward',
  'deliver',
  'watch',
  'log',
] as const;

/** A plugin of the bundle. */
export type PluginName = (typeof pluginNames)[number];

/** All plugins of the bundle. */
export const everyPlugin: ReadonlySet<PluginName> = new Set(pluginNames);

/** Where sessions take place. */
export interface SessionSetup {
  readonly policy: Policy;
  readonly plugins: ReadonlySet<PluginName>;
  /** Whether deliveries by the process channel tell what its second pass makes of them. */
  readonly bothPasses: boolean;
  /** Whether the steps keep their traces. */
  readonly traced: boolean;
  /** Whether the keywords that ask DNS about senders are decided, as `pmdf explain --live` does. */
  readonly verifiesSenders?: boolean;
  /** What an error in a step does: it defers, as in the gateway, or goes to the caller, as in an audit. */
  readonly onError: 'defer' | 'throw';
  readonly newEnvironment: (trace?: Tracer) => Environment;
}

/** The setup of an audit: every plugin runs, and the environment is that of the caller. */
export function auditSetup(policy: Policy, environment: Environment): SessionSetup {
  return {
    policy,
    plugins: everyPlugin,
    bothPasses: true,
    traced: false,
    onError: 'throw',
    newEnvironment: (trace) => (trace === undefined ? environment : { ...environment, trace }),
  };
}

/** A decision, and its trace where traces are kept. */
export interface Step<D> {
  readonly decision: D;
  readonly trace: readonly TraceEvent[];
}

/** A session at MAIL FROM. */
export interface OpenSession extends Session {
  readonly relaying: boolean;
}

/** An address without the brackets that it may have been typed with. */
export function withoutBrackets(address: string): string {
  return address.startsWith('<') && address.endsWith('>') ? address.slice(1, -1) : address;
}

/** Decides one step; `onFailure` gives the decision for an error. */
export function* decideStep<D>(
  { traced, onError, newEnvironment }: SessionSetup,
  work: (environment: Environment) => Lookup<D>,
  onFailure: (cause: string) => D,
): Lookup<Step<D>> {
  const trace: TraceEvent[] = [];
  try {
    const environment = traced ? newEnvironment((event) => void trace.push(event)) : newEnvironment();
    return { decision: yield* work(environment), trace };
  } catch (error) {
    if (onError === 'throw') throw error;
    return { decision: onFailure(error instanceof Error ? error.message : String(error)), trace };
  }
}

/** Tells whether pmdf/maytls refuses everything until STARTTLS. */
export function awaitsTls({ policy, plugins }: SessionSetup, channel: string, underTls: boolean): boolean {
  return plugins.has('maytls') && sessionTls(policy, channel, underTls).awaited;
}
