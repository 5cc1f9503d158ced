/*
 * The figures of a run in README.md and on the page of a table, between two comments: in the README medians, ratios and goals;
 * on both where and when the run took place.
 */
import { type Goal, goalText, resultOf } from './goal.js';
import { digits, quantity } from './quantity.js';
import { type Figure, isMissing, type Row, ratioTo, type Table } from './row.js';
import type { Outcome, Place } from './run-tables.js';

/** The option that writes a block. */
export type BlockOption = '--readme' | '--docs';

const begin = (option: BlockOption): string => `<!-- written by \`npm run bench -- ${option}\` -->`;
const end = '<!-- end of the figures -->';

/** The median alone. */
export function medianText(figure: Figure): string {
  return isMissing(figure) ? 'missing' : quantity(figure.median, figure.unit);
}

/** Text in a cell; a bar would end it. */
export function cell(text: string): string {
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

function placeLine(place: Place, load: number): string {
  return `${place.date}, ${place.cores} cores, Node ${place.node}, load average up to ${digits(load)}; medians of ${place.rounds} rounds.`;
}

/** The lines in the README: a line for each goal of each row of the tables that have no page of their own. */
export function figureLines(place: Place, outcomes: readonly Outcome[]): readonly string[] {
  const measured = outcomes.flatMap((outcome) =>
    outcome.kind === 'measured' && outcome.table.page === undefined ? [outcome] : [],
  );
  const load = measured.reduce((largest, one) => Math.max(largest, one.load[0] ?? 0), 0);
  const lines = measured.flatMap(({ table }) =>
    table.rows.flatMap((row) => row.goals.map((goal) => lineFor(table, row, goal))),
  );
  return [
    placeLine(place, load),
    '',
    '| what | ours | peer | ours / peer | goal |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
  ];
}

/** The pages of tables, with what is to be between their comments. */
export function pageLines(
  place: Place,
  outcomes: readonly Outcome[],
): readonly { readonly file: string; readonly lines: readonly string[] }[] {
  return outcomes.flatMap((outcome) => {
    if (outcome.kind !== 'measured' || outcome.table.page === undefined) return [];
    const { file, lines } = outcome.table.page;
    return [{ file, lines: [placeLine(place, outcome.load[0] ?? 0), '', ...lines] }];
  });
}

/** The lines between the two comments of a page, without blank ones at both ends; throws if there are none. */
export function presentLines(page: string, option: BlockOption): readonly string[] {
  const from = page.indexOf(begin(option));
  const to = page.indexOf(end);
  if (from === -1 || to < from) throw new Error(`there is no block from \`${begin(option)}\` to \`${end}\``);
  const text = page.slice(from + begin(option).length, to).trim();
  return text === '' ? [] : text.split('\n');
}

/** The page with other lines between the two comments; throws if it does not have them. */
export function withLines(page: string, option: BlockOption, lines: readonly string[]): string {
  presentLines(page, option);
  const from = page.indexOf(begin(option)) + begin(option).length;
  return `${page.slice(0, from)}\n\n${lines.join('\n')}\n\n${page.slice(page.indexOf(end))}`;
}
