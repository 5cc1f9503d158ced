/*
 * Mail that waits in the queue while the clock is set back. Haraka remembers the time of day until which a file waits, so that
 * after the clock went back by a day it would try no file for a day. Here these times go back with the clock. A clock that goes
 * forward needs nothing: all files are then tried.
 * Undocumented, read from Haraka 3.3.4: outbound/queue.js (temp_fail_queue); haraka-utils timer_queue.js (queue, fire_time).
 */
import { Part } from '../part.js';
import type { HarakaPlugin } from '../types.js';

interface Waiting {
  fire_time: number;
}

interface WaitingModule {
  readonly temp_fail_queue: { readonly queue: readonly Waiting[] };
}

export const waitingModule = new Part<WaitingModule>('outbound', '', [], {
  'temp_fail_queue.queue': 'object',
});

/** Times in milliseconds. */
export interface Clocks {
  /** The time of day. */
  readonly now: () => number;
  /** The time since some moment, which nobody sets. */
  readonly elapsed: () => number;
}

const shortestJumpMs = 10_000;
const everyMs = 2_000;

/** Makes what is to be called now and then: it moves the times of waiting files if the clock went back since the last call. */
export function clockFollower(waiting: () => readonly Waiting[], { now, elapsed }: Clocks): () => void {
  let began = now() - elapsed();
  return () => {
    const jump = now() - elapsed() - began;
    if (Math.abs(jump) < shortestJumpMs) return;
    began += jump;
    if (jump > 0) return;
    for (const one of waiting()) one.fire_time += jump;
  };
}

const followed = new WeakSet<WaitingModule>();

/** Has waiting files tried in time although the clock is set back; throws when this Haraka lacks a part. */
export function followClock(plugin: HarakaPlugin): void {
  const outbound = waitingModule.in(plugin);
  if (followed.has(outbound)) return;
  followed.add(outbound);
  // Haraka replaces the list, not the queue.
  const follow = clockFollower(() => outbound.temp_fail_queue.queue, {
    now: Date.now,
    elapsed: () => performance.now(),
  });
  setInterval(follow, everyMs).unref();
}
