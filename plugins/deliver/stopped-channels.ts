/*
 * Channels that a command has stopped: their mail rests in the queue, without an attempt.
 * Ref: PMDF qm (stop, start)
 */
import { canRest, type DeliveryRoute, type Policy } from '../../lib/policy/index.js';
import { readQueueName, stoppedChannels } from '../../runtime/queue/index.js';
import type { NextHopAnswer, QueuedMail } from '../haraka/index.js';

/** How long mail rests until it is looked again whether its channel still does. */
const restSeconds = 600;

let stopped: ReadonlySet<string> = new Set();

/** The channel of each message that rests, by the id of the message. */
const resting = new Map<string, string>();

/** Reads which channels are stopped. Throws errors of the file system. */
export function readStoppedChannels(queue: string): void {
  stopped = stoppedChannels(queue);
}

/** Has a message rest if its channel is stopped; else null. */
export function restOn(channel: string, { filename }: QueuedMail): NextHopAnswer | null {
  if (stopped.size === 0 && resting.size === 0) return null;
  const id = readQueueName(filename)?.id ?? null;
  if (!stopped.has(channel)) {
    if (id !== null) resting.delete(id);
    return null;
  }
  if (id !== null) resting.set(id, channel);
  return { kind: 'rest', seconds: restSeconds };
}

/** The ids of the messages whose channels are no longer stopped; they no longer count as resting. */
export function takeRested(): ReadonlySet<string> {
  const rested = [...resting].filter(([, channel]) => !stopped.has(channel)).map(([id]) => id);
  for (const id of rested) resting.delete(id);
  return new Set(rested);
}

/** A message has left the queue of this process. */
export function forgetRest(id: string): void {
  resting.delete(id);
}

/** The route of a message that comes in: into the queue if its channel is stopped. */
export function routeNow(policy: Policy, route: DeliveryRoute): DeliveryRoute {
  const isDirect = route.method === 'through';
  return isDirect && stopped.has(route.channel) && canRest(policy, route)
    ? { ...route, method: 'queue' }
    : route;
}
