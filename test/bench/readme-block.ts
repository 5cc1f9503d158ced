/*
 * The table of a run in README.md, between two comments: medians, ratios and goals, and where and when the run took place.
 */
import { type Goal, goalText, resultOf } from './goal.js';
import { digits, quantity } from './quantity.js';
import { type Figure, isMissing, type Row, ratioTo, type Table } from './row.js';
import type { Outcome, Place } from './run-tables.js';

const begin = '<!-- written by `npm run bench -- --readme` -->';
const end = '<!-- end of the figures -->';

function medianText(figure: Figure): string {
  return isMissing(figure) ? 'missing' : quantity(figure.median, figure.unit);
}

/** Text in a cell; a bar would end it. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function lineFor(table: Table, row: Row, goal: Goal): string {
  const peer = row.peers.find(({ name }) => name === goal.peer);
  const ratio = peer === undefined ? null : ratioTo(row, peer);
  const cells = [
    row.what.startsWith(table.name) ? row.what : `${table.name}: ${row.what}`,
    medianText(row.ours),
    peer === undefined ? '-' : `${medianText(peer.figure)} (${peer.name})`,
    ratio === null ? '-' : digits(ratio),
    `${goalText(goal, isMissing(row.ours) ? '' : row.ours.unit)}: ${resultOf(row, goal)}`,
  ];
  return `| ${cells.map(cell).join(' | ')} |`;
}

/** The lines between the two comments: a line for each goal of each row. */
export function figureLines(place: Place, outcomes: readonly Outcome[]): readonly string[] {
  const measured = outcomes.flatMap((outcome) => (outcome.kind === 'measured' ? [outcome] : []));
  const load = measured.reduce((largest, one) => Math.max(largest, one.load[0] ?? 0), 0);
  const lines = measured.flatMap(({ table }) =>
    table.rows.flatMap((row) => row.goals.map((goal) => lineFor(table, row, goal))),
  );
  return [
    `${place.date}, ${place.cores} cores, Node ${place.node}, load average up to ${digits(load)}; medians of ${place.rounds} rounds.`,
    '',
    '| what | ours | peer | ours / peer | goal |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
  ];
}

/** The lines between the two comments of a page, without blank ones at both ends; throws if there are none. */
export function presentLines(page: string): readonly string[] {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from === -1 || to < from) throw new Error(`there is no block from \`${begin}\` to \`${end}\``);
  const text = page.slice(from + begin.length, to).trim();
  return text === '' ? [] : text.split('\n');
}

/** The page with other lines between the two comments; throws if it does not have them. */
export function withLines(page: string, lines: readonly string[]): string {
  presentLines(page);
  const from = page.indexOf(begin) + begin.length;
  return `${page.slice(0, from)}\n\n${lines.join('\n')}\n\n${page.slice(page.indexOf(end))}`;
}
