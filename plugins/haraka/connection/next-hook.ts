/*
 * Several hooks of ours in a row are one hook to Haraka. Haraka goes from hook to hook with a timer, a look at the connection
 * and at the level of its log, which takes longer than most of our hooks. Where the next hook of the phase is ours as well, the
 * one before runs it. Haraka's own list says what is next, so the order, other plugins in between, and the names in log lines
 * and denials stay as they are.
 * Undocumented, read from Haraka 3.3.4: plugins.js run_hooks (hooks_to_run), run_next_hook (current_hook, its timer,
 * notes.skip_plugins, log_run_item).
 */
import { isLogged } from '../log-level.js';
import type { HarakaConnection, HarakaPlugin, Next } from '../types.js';
import { states } from './connection-class.js';

/** A hook of a phase: the plugin and the name of its method. Core reads both of the present one when it is answered. */
type PhaseHook = [plugin: HarakaPlugin, method: string];

/** What core knows of the phase that it runs. */
interface Phase {
  readonly hooks_to_run?: PhaseHook[];
  readonly current_hook?: PhaseHook | null;
  readonly state?: number;
}

/** A hook that another one may run. */
export type InnerHook = (
  this: HarakaPlugin,
  next: Next,
  connection: HarakaConnection,
  params: unknown,
) => void;

const inner = new Set<unknown>();

function isInner(method: unknown): method is InnerHook {
  return inner.has(method);
}

/** Lets the hook before this one run it. The hook must be one that answers `next` exactly once and never throws. */
export function allowAfterOurs(hook: unknown): void {
  inner.add(hook);
}

/** Whether a plugin of the transaction is skipped by a note. */
function hasSkipped({ transaction }: HarakaConnection): boolean {
  if (transaction === null) return false;
  const skipped: unknown = Reflect.get(transaction.notes, 'skip_plugins');
  return Array.isArray(skipped) && skipped.length > 0;
}

/** The hook that core runs at present, of a connection or of what it passes as one. */
export function presentHook(connection: HarakaConnection & Phase): object | null {
  return connection.current_hook ?? null;
}

/**
 * Runs the next hook of the phase in place of `present`, which has left the answer to it without a wait; false where core has
 * to run it, since it is not ours, or since core treats it differently.
 */
export function runNextHook(
  connection: HarakaConnection & Phase,
  present: object | null,
  next: Next,
  params: unknown,
): boolean {
  const { hooks_to_run: rest, current_hook: running, state } = connection;
  const following = rest?.[0];
  if (rest === undefined || following === undefined) return false;
  if (running === undefined || running === null || running !== present) return false;
  if (state !== undefined && state >= states.disconnecting) return false;
  const [plugin, name] = following;
  const method: unknown = Reflect.get(plugin, name);
  // The timer of the present hook goes on.
  if (!isInner(method) || plugin.timeout !== running[0].timeout) return false;
  if (hasSkipped(connection) || isLogged('DEBUG')) return false;
  rest.shift();
  running[0] = plugin;
  running[1] = name;
  method.call(plugin, next, connection, params);
  return true;
}
