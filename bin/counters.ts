/*
 * `pmdf counters show`: counts of messages by channel, from PMDF's log.
 */
import { createReadStream } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { counted } from '../lib/text/index.js';
import { describeError } from '../runtime/files/index.js';
import { type Counters, counterNames, EntryCounts } from './counters/count-entries.js';
import {
  type Arguments,
  type Command,
  configFolder,
  configurationOptions,
  fileError,
  fromInput,
  goodReport,
  linesOf,
  openWorld,
  type Report,
  visible,
} from './support/index.js';

const logName = 'mail.log_current';

/** The log of the install. */
function logOf(given: Arguments): string {
  const install = dirname(configFolder(given));
  const world = openWorld(given);
  try {
    return resolve(install, world.policy().settings.log.folder, logName);
  } finally {
    world.close();
  }
}

/** The octets of a log, one packed with gzip unpacked. */
function octetsOf(path: string): Readable {
  if (path === fromInput) return process.stdin;
  const file = createReadStream(path);
  // The error reaches the reader.
  return path.endsWith('.gz') ? pipeline(file, createGunzip(), () => undefined) : file;
}

async function countLines(path: string, counts: EntryCounts): Promise<void> {
  try {
    for await (const line of linesOf(octetsOf(path))) if (line !== '') counts.add(line);
  } catch (error) {
    const hint = 'pmdf/log writes it; see docs/log.md';
    throw fileError(path, `\`${visible(path)}\` cannot be read: ${describeError(error)}`, hint);
  }
}

const nameWidth = 30;
const numberWidth = 11;

function row(name: string, numbers: readonly (number | string)[]): string {
  return [name.padEnd(nameWidth), ...numbers.map((one) => String(one).padStart(numberWidth))].join(' ');
}

function listing(channels: readonly (readonly [string, Counters])[]): string[] {
  const rule = '-'.repeat(numberWidth);
  const lines = [
    row('Channel', ['Messages', 'Recipients', 'Blocks']),
    row('-'.repeat(nameWidth), [rule, rule, rule]),
  ];
  for (const [name, counters] of channels) {
    lines.push(visible(name));
    for (const counter of counterNames) {
      const { messages, recipients, blocks } = counters[counter];
      const title = `${counter.charAt(0).toUpperCase()}${counter.slice(1)}`;
      lines.push(row(`   ${title}`, [messages, recipients, blocks]));
    }
  }
  return lines;
}

async function run(given: Arguments): Promise<Report> {
  const counts = new EntryCounts();
  const logs = given.words.length > 0 ? given.words : [logOf(given)];
  for (const path of logs) await countLines(path, counts);
  const channels = counts.channels();
  const json = { entries: counts.entries, others: counts.others, channels: Object.fromEntries(channels) };
  const notes =
    counts.others === 0
      ? []
      : [`${counted(counts.others, 'line is not an entry', 'lines are not entries')} of the log`];
  return goodReport(json, [...listing(channels), ...notes]);
}

export const countersShow: Command = {
  name: 'counters show',
  summary: "count messages by channel in PMDF's log",
  operands: '[LOG...]',
  words: { least: 0, most: Number.MAX_SAFE_INTEGER },
  options: [...configurationOptions],
  about: [
    'Counts the entries of LOG (`-` is standard input, a name with .gz is one packed with gzip), by default of the file that pmdf/log writes, by channel: messages,',
    'recipients and blocks of 1024 octets. Stored is what was received, and neither delivered nor returned in the same',
    'log: less than nothing if it came before the log began.',
  ],
  run,
};
