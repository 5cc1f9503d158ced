/*
 * The steps of a decision as text. Where a message is reprocessed, each pass has a heading of its own.
 */

import type { TraceEvent } from '../../lib/engine/index.js';
import type { Paint } from './paint.js';
import { indent, withGaps } from './print-columns.js';
import { printTrace } from './print-trace.js';
import { brief, quoted } from './visible.js';

/** One pass: the address, its source channel, and the steps. */
interface Pass {
  readonly address: string;
  readonly channel: string;
  readonly trace: TraceEvent[];
}

/** The heading of a pass; with more than two, some are second passes of different addresses. */
function titleOf(index: number, count: number): string {
  if (count > 2) return `pass ${index + 1}`;
  return index === 0 ? 'first pass' : 'second pass';
}

/** Splits steps into passes; the first one is that of the address as the client named it. */
function passesIn(trace: readonly TraceEvent[]): Pass[] {
  const begin = trace.find((event) => event.kind === 'rewrite-begins');
  const passes: Pass[] = [{ address: begin?.address ?? '', channel: begin?.sourceChannel ?? '', trace: [] }];
  for (const event of trace) {
    if (event.kind === 'pass-begins')
      passes.push({ address: event.address, channel: event.channel, trace: [] });
    else passes.at(-1)?.trace.push(event);
  }
  return passes;
}

/** The steps as lines. */
export function printPasses(trace: readonly TraceEvent[], paint: Paint): string[] {
  const passes = passesIn(trace);
  if (passes.length === 1) return printTrace(trace, paint);
  return withGaps(
    passes.map(({ address, channel, trace: steps }, index) => [
      `${paint.bold(titleOf(index, passes.length))}  ${quoted(address)} from channel ${brief(channel)}`,
      ...indent(printTrace(steps, paint)),
    ]),
  );
}
