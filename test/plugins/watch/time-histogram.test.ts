/*
 * Histograms of times, against those of prom-client.
 */
import assert from 'node:assert/strict';
import { AggregatorRegistry, Histogram } from 'prom-client';
import { TimeHistogram } from '../../../plugins/watch/time-histogram.js';

describe('TimeHistogram', () => {
  it('gives what prom-client gives of the same times', async () => {
    const names = { name: 'seconds', help: 'Time.', labelNames: ['database', 'answer'] as const };
    const ours = new TimeHistogram(names);
    const buckets = [0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];
    const theirs = new Histogram({ ...names, buckets, registers: [] });
    for (const seconds of [0, ...buckets, 0.002, 31]) {
      for (const [database, answer] of [['users', 'found'] as const, ['a\n"b"', 'absent'] as const]) {
        ours.observe(seconds, database, answer);
        theirs.observe({ database, answer }, seconds);
      }
    }
    const printed = async (metric: Awaited<ReturnType<typeof theirs.get>>): Promise<string> =>
      await AggregatorRegistry.aggregate([[metric], [metric]]).metrics();
    assert.equal(await printed(await ours.metric()), await printed(await theirs.get()));
  });
});
