/*
 * Counts as one gateway of several does: `count-attempts PORT KEY TIMES RATE` prints how many attempts were within the rate.
 */
import { absent } from '../../../lib/engine/lookup.js';
import { countersAt } from './counters-at.js';

const [port = '', key = '', times = '', rate = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const { counters, close } = countersAt(Number(port));
  const step = { action: 'throttle', key, perMinute: Number(rate), penalizes: false } as const;
  const steps = await Promise.all(Array.from({ length: Number(times) }, () => counters.take(step, null)));
  close();
  const within = steps.filter((one) => one.kind === 'counted' && one.answer.kind === absent.kind);
  process.stdout.write(String(within.length));
}

void main();
