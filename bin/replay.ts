/*
 * `pmdf replay`: decides the requests of a mail log again, and shows which decisions differ from the log or from those of
 * another configuration.
 */

import { Judge } from './replay/judge.js';
import { logFormats } from './replay/log-format.js';
import { printReplay } from './replay/print.js';
import { Replay } from './replay/replay-logs.js';
import { type Dimension, dimensions } from './replay/tally.js';
import {
  type Arguments,
  type Command,
  choiceOf,
  configFolder,
  configurationOptions,
  progressBar,
  quoted,
  type Report,
  UnknownName,
  UsageError,
  visible,
  wordOption,
} from './support/index.js';

const defaultLimit = 10;
const mostShown = 1000;

function limitOf(given: Arguments): number {
  const written = given.values.get('limit') ?? String(defaultLimit);
  const limit = /^\d{1,4}$/.test(written) ? Number(written) : 0;
  if (limit >= 1 && limit <= mostShown) return limit;
  throw new UsageError(`\`--limit\` is a number from 1 to ${mostShown}, not ${quoted(written)}`);
}

function dimensionsOf(given: Arguments): readonly Dimension[] {
  return given.values.has('by') ? [choiceOf(given, 'by', dimensions, 'entry')] : dimensions;
}

/** Opens the configuration to compare with; null without `--against`. */
function openOther(given: Arguments): Judge | null {
  const folder = given.values.get('against');
  if (folder === undefined) return null;
  return new Judge(configFolder({ ...given, values: new Map([['config', folder]]) }));
}

async function run(given: Arguments): Promise<Report> {
  const format = choiceOf(given, 'format', logFormats, 'auto');
  const limit = limitOf(given);
  const by = dimensionsOf(given);
  if (given.words.filter((word) => word === '-').length > 1) throw new UsageError('`-` is given twice');
  const now = new Judge(configFolder(given));
  let other: Judge | null = null;
  try {
    other = openOther(given);
    const replay = new Replay(now, other, format);
    for (const path of given.words) {
      const bar = progressBar(`reading ${visible(path)}`, process.stderr, () => performance.now());
      await replay.read(path, bar.progress).finally(() => bar.clear());
    }
    const lines = replay.linesRead();
    if (lines.lines > 0 && lines.unknown === lines.lines) {
      const hint = 'it reads logs of Haraka (all formats), Postfix and PMDF';
      throw new UnknownName('no line of the log is understood', hint);
    }
    const totals = replay.tally.totals(limit);
    const { differences, by: countsBy, ...counts } = totals;
    const sides = other === null ? { before: 'then', now: 'now' } : { before: 'there', now: 'here' };
    return {
      exitCode: totals.different === 0 ? 0 : 1,
      json: {
        lines,
        ...counts,
        differences,
        by: Object.fromEntries(by.map((one) => [one, countsBy.get(one)])),
      },
      text: (paint) => printReplay(lines, totals, { sides, by }, paint),
    };
  } finally {
    now.close();
    other?.close();
  }
}

export const replay: Command = {
  name: 'replay',
  summary: 'replay a mail log and show which decisions would change',
  operands: 'LOG...',
  words: { least: 1, most: Number.MAX_SAFE_INTEGER },
  options: [
    wordOption('against', 'DIR', 'compare with this configuration instead of the logged results'),
    wordOption(
      'format',
      'FORMAT',
      "haraka, postfix, mail.log for PMDF's, or pmdf for the lines of our plugins only; default: detected",
    ),
    wordOption('by', 'WHAT', 'break down by sender, domain or entry; default: all three'),
    wordOption('limit', 'N', `how many of each to show; default: ${defaultLimit}`),
    ...configurationOptions,
  ],
  about: [
    'Reads logs of Haraka, Postfix, PMDF and our plugins (`-` is standard input, *.gz is unpacked), decides each request in',
    'them under the present configuration, and compares the result with what happened, or with what another',
    'configuration decides. Lines that are not understood are counted and shown. Nothing is sent, and DNS is not',
    'asked. Exit code 0 when every decision is the same, 1 when one differs.',
  ],
  run,
};
