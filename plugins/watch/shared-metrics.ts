/*
 * The metrics of an install, which no single process has: what waits in the queue and what is held.
 */
import { Gauge, Registry } from 'prom-client';
import type { ProcessMetrics } from './process-registry.js';
import type { QueueState } from './queue-state.js';

const perSecond = 1_000;

export async function sharedMetrics({ waiting, held }: QueueState, now: number): Promise<ProcessMetrics> {
  const registry = new Registry();
  const registers = [registry];
  const files = new Gauge({
    name: 'pmdf_queue_files',
    help: 'Files in the queue, by the channel that they leave on.',
    labelNames: ['channel'],
    registers,
  });
  const oldest = new Gauge({
    name: 'pmdf_queue_oldest_seconds',
    help: 'Age of the oldest file in the queue.',
    labelNames: ['channel'],
    registers,
  });
  for (const one of waiting) {
    files.set({ channel: one.channel }, one.files);
    oldest.set({ channel: one.channel }, Math.max(0, (now - one.oldestAt) / perSecond));
  }
  new Gauge({ name: 'pmdf_held_messages', help: 'Messages that are held.', registers }).set(held);
  return await registry.getMetricsAsJSON();
}
