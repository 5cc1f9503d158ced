/*
 * The steps of a decision as text. Where a message is taken up again, each pass has a heading of its own.
 */

import type { TraceEvent } from '../../lib/engine/index.js';
import { brief, indent, type Paint, printTrace, quoted } from '../support/index.js';

/** One pass: what was asked of which channel, and its steps. */
interface Pass {
  readonly address: string;
  readonly channel: string;
  readonly trace: TraceEvent[];
}

/** What a pass is called; of many, some may be second passes of different addresses. */
function titleOf(index: number, count: number): string {
  if (count > 2) return `pass ${index + 1}`;
  return index === 0 ? 'first pass' : 'second pass';
}

/** Splits steps into passes; the first one is what the client asked. */
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
  return passes.flatMap(({ address, channel, trace: steps }, index) => [
    ...(index === 0 ? [] : ['']),
    `${paint.bold(titleOf(index, passes.length))}  ${quoted(address)} from channel ${brief(channel)}`,
    ...indent(printTrace(steps, paint)),
  ]);
}
