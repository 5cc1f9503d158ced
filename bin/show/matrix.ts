/*
 * `pmdf show --as matrix`: who may send where, as a table of source channels by destination channels that fits a terminal.
 */
import { join } from 'node:path';
import {
  type MatrixAnswer,
  type MatrixRow,
  type SendingMatrix,
  sendingMatrix,
} from '../../lib/proof/index.js';
import { databaseContents } from '../../runtime/databases/index.js';
import { type Configuration, decideUnder } from '../../runtime/index.js';
import { indent, type Paint, printColumns, type Report, visible, withGaps } from '../support/index.js';

const width = 80;

const marks: Readonly<Record<MatrixAnswer, string>> = {
  yes: 'yes',
  part: 'part',
  no: 'no',
  none: '-',
  undecided: '?',
};

const legend: Readonly<Record<MatrixAnswer, string>> = {
  yes: 'mail is accepted, and no entry stops any',
  part: 'some mail is accepted; an entry stops other mail, or may do so',
  no: 'no mail is accepted',
  none: 'no address leads there',
  undecided: 'not decided',
};

const answers: readonly MatrixAnswer[] = ['yes', 'part', 'no', 'none', 'undecided'];

function paintOf(answer: MatrixAnswer, paint: Paint): (text: string) => string {
  switch (answer) {
    case 'yes':
      return paint.good;
    case 'no':
      return paint.bad;
    case 'part':
    case 'undecided':
      return paint.doubtful;
    case 'none':
      return paint.dim;
  }
}

/** A column of the table: a destination and its title there. */
interface Column {
  readonly index: number;
  readonly title: string;
}

function rowTitle({ channel, authenticated }: MatrixRow): string {
  return `${visible(channel)}${authenticated ? ' *' : ''}`;
}

const corner = 'from \\ to';

function titleWidth(rows: readonly MatrixRow[]): number {
  return rows.reduce((most, row) => Math.max(most, rowTitle(row).length), corner.length);
}

function printBlock(rows: readonly MatrixRow[], columns: readonly Column[], paint: Paint): string[] {
  const first = titleWidth(rows);
  const widthOf = ({ title }: Column): number => Math.max(4, title.length);
  const line = (title: string, cells: readonly string[]): string => [title, ...cells].join('  ').trimEnd();
  const head = line(
    corner.padEnd(first),
    columns.map((column) => column.title.padEnd(widthOf(column))),
  );
  return [
    paint.bold(head),
    ...rows.map((row) =>
      line(
        rowTitle(row).padEnd(first),
        columns.map((column) => {
          const answer = row.cells[column.index]?.answer ?? 'undecided';
          const mark = marks[answer];
          return paintOf(answer, paint)(mark) + ' '.repeat(widthOf(column) - mark.length);
        }),
      ),
    ),
  ];
}

/** The columns in blocks that fit beside the names of the rows; at least one in each. */
function blocksOf(columns: readonly Column[], first: number): Column[][] {
  const blocks: Column[][] = [];
  let room = 0;
  for (const column of columns) {
    const needed = 2 + Math.max(4, column.title.length);
    const block = blocks.at(-1);
    if (block === undefined || room < needed) {
      blocks.push([column]);
      room = width - first - needed;
    } else {
      block.push(column);
      room -= needed;
    }
  }
  return blocks;
}

/** The table: with the names of the channels above, or with numbers where these are too long. */
function tableLines(
  { rows, destinations }: SendingMatrix,
  reached: readonly number[],
  paint: Paint,
): string[] {
  const first = titleWidth(rows);
  const named = reached.map((index): Column => ({ index, title: visible(destinations[index] ?? '') }));
  const whole = blocksOf(named, first);
  if (whole.length === 1) return printBlock(rows, named, paint);
  const numbered = reached.map((index, at): Column => ({ index, title: String(at + 1) }));
  const numbers = named.map(({ title }, at) => [String(at + 1), title]);
  return withGaps([
    ...blocksOf(numbered, first).map((columns) => printBlock(rows, columns, paint)),
    printColumns(numbers),
  ]);
}

/** The matrix as text. */
export function matrixText(matrix: SendingMatrix, paint: Paint): string[] {
  const { rows, destinations } = matrix;
  if (rows.length === 0) return ['no sessions come in on any channel'];
  const isReached = (index: number): boolean => rows.some(({ cells }) => cells[index]?.answer !== 'none');
  const reached = destinations.flatMap((_, index) => (isReached(index) ? [index] : []));
  const left = destinations.filter((_, index) => !isReached(index)).map(visible);
  const used = new Set(rows.flatMap(({ cells }) => reached.map((index) => cells[index]?.answer)));
  const meanings = answers.filter((one) => used.has(one)).map((one) => [marks[one], legend[one]]);
  const users = rows.some(({ authenticated }) => authenticated) ? [['*', 'after AUTH']] : [];
  const doubts = rows.flatMap(({ channel, doubts: found }) =>
    found.map((doubt) => `from ${visible(channel)}: ${visible(doubt)}`),
  );
  return withGaps([
    reached.length === 0 ? ['no address leads to any channel'] : tableLines(matrix, reached, paint),
    printColumns([...meanings, ...users]),
    ...(left.length === 0 ? [] : [['no address leads to:', ...indent(left)]]),
    ...(doubts.length === 0 ? [] : [['not followed:', ...indent(doubts)]]),
  ]);
}

/** Decides the matrix of a configuration; `configFolder` contains `pmdf`. */
export function showMatrix(configuration: Configuration, configFolder: string): Report {
  const { compiled, policy } = configuration;
  const contents = databaseContents(policy.settings, join(configFolder, 'pmdf'));
  const matrix = decideUnder(configuration, (newEnvironment) =>
    sendingMatrix(compiled, newEnvironment, contents),
  );
  return { exitCode: 0, json: matrix, text: (paint) => matrixText(matrix, paint) };
}
