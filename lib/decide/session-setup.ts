/*
 * What the steps of a session share: where it takes place, and how a step is decided. Each step has an environment of its
 * own, as each command has in the gateway, and a step that fails defers.
 */
import type { Environment, Lookup, TraceEvent, Tracer } from '../engine/index.js';
import { type Policy, type Session, sessionTls } from '../policy/index.js';

/** A plugin of the bundle that takes part in decisions. */
export type DecidingPlugin = 'switchchannel' | 'maytls' | 'auth' | 'access' | 'forward' | 'deliver';

/** All of them. */
export const everyPlugin: ReadonlySet<DecidingPlugin> = new Set([
  'switchchannel',
  'maytls',
  'auth',
  'access',
  'forward',
  'deliver',
]);

/** Where sessions take place. */
export interface SessionSetup {
  readonly policy: Policy;
  readonly plugins: ReadonlySet<DecidingPlugin>;
  /** Whether deliveries by the process channel tell what its second pass makes of them. */
  readonly bothPasses: boolean;
  /** Whether the steps keep their traces. */
  readonly traced: boolean;
  readonly newEnvironment: (trace?: Tracer) => Environment;
}

/** A decision, and its trace where traces are kept. */
export interface Step<D> {
  readonly decision: D;
  readonly trace: readonly TraceEvent[];
}

/** A session as MAIL FROM finds it. */
export interface OpenSession extends Session {
  readonly relaying: boolean;
}

/** An address without the brackets that it may have been typed with. */
export function withoutBrackets(address: string): string {
  return address.startsWith('<') && address.endsWith('>') ? address.slice(1, -1) : address;
}

/** Decides one step; when that throws, `onFailure` gives the decision. */
export function* decideStep<D>(
  { traced, newEnvironment }: SessionSetup,
  work: (environment: Environment) => Lookup<D>,
  onFailure: (cause: string) => D,
): Lookup<Step<D>> {
  const trace: TraceEvent[] = [];
  try {
    const environment = traced ? newEnvironment((event) => void trace.push(event)) : newEnvironment();
    return { decision: yield* work(environment), trace };
  } catch (error) {
    return { decision: onFailure(error instanceof Error ? error.message : String(error)), trace };
  }
}

/** Tells whether pmdf/maytls refuses everything until STARTTLS. */
export function awaitsTls({ policy, plugins }: SessionSetup, channel: string, underTls: boolean): boolean {
  return plugins.has('maytls') && sessionTls(policy, channel, underTls).awaited;
}
