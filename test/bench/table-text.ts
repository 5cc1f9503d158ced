/*
 * A table of figures as text: a line for each peer of a row, with the ratio and the goals that name it.
 */
import { type Goal, goalText, resultOf } from './goal.js';
import { digits, figureText } from './quantity.js';
import { isMissing, type Peer, type Row, ratioTo, type Table } from './row.js';

const head = ['what', 'ours', 'peer', "the peer's", 'ours/peer', 'goal'] as const;

/** The goals that name the peer, or none, with their results. */
export function goalsText(row: Row, peer: Peer | undefined): string {
  const unit = isMissing(row.ours) ? '' : row.ours.unit;
  const words = (goal: Goal): string => `${goalText(goal, unit)} ${resultOf(row, goal)}`;
  return row.goals
    .filter((goal) => goal.peer === peer?.name)
    .map(words)
    .join(', ');
}

/** The ratio of ours to the peer, with three digits. */
export function ratioText(row: Row, peer: Peer): string {
  const ratio = ratioTo(row, peer);
  return ratio === null ? '-' : digits(ratio);
}

/** The cells of a row; the first line has its name and our figure. */
function linesOf(row: Row): readonly (readonly string[])[] {
  const own = goalsText(row, undefined);
  const withPeers = row.peers.map((peer) => [
    peer.name,
    figureText(peer.figure),
    ratioText(row, peer),
    goalsText(row, peer),
  ]);
  const rest = own !== '' || withPeers.length === 0 ? [['', '', '', own], ...withPeers] : withPeers;
  return rest.map((cells, index) =>
    index === 0 ? [row.what, figureText(row.ours), ...cells] : ['', '', ...cells],
  );
}

/** A row in one line. */
export function rowText(row: Row): string {
  const peers = row.peers.map((peer) => {
    const goals = goalsText(row, peer);
    return `${ratioText(row, peer)} of ${peer.name}, ${figureText(peer.figure)}${goals === '' ? '' : ` (${goals})`}`;
  });
  return `${row.what}: ${[figureText(row.ours), ...peers].join('; ')}`;
}

/** The table as lines in columns, with its name above and its notes below. */
export function tableText({ name, rows, notes = [] }: Table): string {
  const lines = [head, ...rows.flatMap(linesOf)];
  const widths = head.map((_, column) =>
    lines.reduce((widest, line) => Math.max(widest, (line[column] ?? '').length), 0),
  );
  const inColumns = (line: readonly string[]): string =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [name, ...[...lines.map(inColumns), ...notes].map((line) => `  ${line}`), ''].join('\n');
}
