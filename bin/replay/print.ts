/*
 * A replay as text: the lines read, the counts, the requests that would be decided differently, and a breakdown of those.
 */

import { counted } from '../../lib/text/index.js';
import { brief, indent, type Paint, printColumns, visible } from '../support/index.js';
import type { Counted } from './counts.js';
import type { LinesRead } from './replay-logs.js';
import type { Difference, Dimension, Example, Totals } from './tally.js';

/** The names of the two sides. */
export interface Sides {
  readonly before: string;
  readonly now: string;
}

function printLines({ lines, other, unknown, examples }: LinesRead, paint: Paint): string[] {
  return [
    `${counted(lines, 'line')}: ${other} unrelated, ${unknown} not understood`,
    ...indent(examples.map(({ place, text }) => `${paint.dim(visible(place))}  ${brief(text)}`)),
  ];
}

function countedText({ most, others }: Counted): string {
  const all = most.map(({ value, count }) => `${count} ${brief(value)}`);
  return [...all, ...(others === 0 ? [] : [`${others} others`])].join(', ');
}

function envelope({ from, to, client }: Example): string {
  const sender = from === null ? '?' : `<${brief(from)}>`;
  const recipient = to === null ? '' : ` to <${brief(to)}>`;
  return `${sender}${recipient}, client ${client}`;
}

function printDifference(difference: Difference, sides: Sides, paint: Paint): string[] {
  const { before, now, entry, count, examples } = difference;
  const by = entry === null ? '' : `  ${visible(entry)}`;
  const rows = examples.map((one) => [brief(one.place), envelope(one), brief(one.reply)]);
  return [
    '',
    `${paint.bold(String(count))}  ${sides.before} ${brief(before)}, ${sides.now} ${paint.doubtful(brief(now))}${by}`,
    ...indent(printColumns(rows, [paint.dim])),
  ];
}

function printCounted(title: string, { most, others }: Counted, paint: Paint): string[] {
  if (most.length === 0) return [];
  const rows = most.map(({ value, count }) => [String(count), brief(value)]);
  const rest = others === 0 ? [] : [[String(others), '(others)']];
  return ['', title, ...indent(printColumns([...rows, ...rest], [paint.bold]))];
}

/** Remarks on the counts. */
function notes({ unknown, withoutSender }: Totals): string[] {
  return [
    ...(unknown === 0 ? [] : [`the log does not show the result of ${unknown}; they are not compared`]),
    ...(withoutSender === 0
      ? []
      : [`the log does not show the sender of ${withoutSender}; they are decided with the null sender`]),
  ];
}

/** The text of a replay; differences are broken down `by` these. */
export function printReplay(
  lines: LinesRead,
  totals: Totals,
  { sides, by }: { readonly sides: Sides; readonly by: readonly Dimension[] },
  paint: Paint,
): string[] {
  const { requests, different, differences, otherDifferences, shadow } = totals;
  const headline = `${different} of ${counted(requests, 'request')} would be decided differently`;
  return [
    ...printLines(lines, paint),
    ...printColumns([
      [sides.before, countedText(totals.before)],
      [sides.now, countedText(totals.now)],
    ]),
    ...notes(totals),
    '',
    different === 0 ? paint.good(headline) : paint.doubtful(headline),
    ...differences.flatMap((one) => printDifference(one, sides, paint)),
    ...(otherDifferences === 0 ? [] : ['', `${otherDifferences} in other ways`]),
    ...by.flatMap((one) => {
      const found = totals.by.get(one);
      return found === undefined ? [] : printCounted(`by ${one}`, found, paint);
    }),
    ...(shadow.count === 0
      ? []
      : printCounted(`in shadow: ${countedText(shadow.verdicts)}`, shadow.byEntry, paint)),
  ];
}
