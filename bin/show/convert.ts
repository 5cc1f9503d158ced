/*
 * `pmdf show --as pmdf|yaml`: converts the whole configuration, to standard output or into new files.
 */

import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type NewFile, writeNewFiles } from '../../runtime/files/index.js';
import { type Configuration, settingsFile } from '../../runtime/index.js';
import {
  brief,
  goodReport,
  indent,
  printColumns,
  quoted,
  type Report,
  UsageError,
  visible,
  withGaps,
} from '../support/index.js';
import { convertPolicy } from './convert/convert.js';
import type { ConversionNote, NoteKind, PolicyForm } from './convert/notes.js';

const headings: Readonly<Record<NoteKind, string>> = {
  'without-effect': 'written, but without effect here:',
  'not-in-pmdf': 'written, but unknown to PMDF:',
  'written-otherwise': 'written differently:',
  'left-out': 'left out:',
  stays: 'kept where it is:',
};

const kinds: readonly NoteKind[] = [
  'without-effect',
  'not-in-pmdf',
  'written-otherwise',
  'left-out',
  'stays',
];

function noteLines(notes: readonly ConversionNote[]): string[] {
  return kinds.flatMap((kind) => {
    const rows = notes
      .filter((note) => note.kind === kind)
      .map(({ place, what }) => [brief(place ?? ''), brief(what)]);
    return rows.length === 0 ? [] : [headings[kind], ...indent(printColumns(rows))];
  });
}

function asSeen(line: string): string {
  return line.split('\t').map(visible).join('\t');
}

/**
 * The files one after the other, each under its name; a single file without its name, so that it can be redirected. For a
 * terminal, control characters are spelled out.
 */
export function listing(files: readonly NewFile[], isTerminal: boolean): string[] {
  const linesOf = ({ text }: NewFile): string[] => {
    const lines = text.replace(/\n$/, '').split('\n');
    return isTerminal ? lines.map(asSeen) : lines;
  };
  const [only, ...others] = files;
  if (only !== undefined && others.length === 0) return linesOf(only);
  return withGaps(files.map((file) => [`==> ${file.name} <==`, ...linesOf(file)]));
}

/** An output that ends in `.yaml` or `.yml` is a file, any other a folder. */
function targetsOf(files: readonly NewFile[], output: string): { folder: string; files: readonly NewFile[] } {
  const [only, ...others] = files;
  const isFile = only?.name === settingsFile && others.length === 0 && /\.ya?ml$/i.test(output);
  if (!isFile) return { folder: output, files };
  return { folder: dirname(output), files: [{ name: basename(output), text: only.text }] };
}

const configurationFiles = ['pmdf.cnf', 'mappings', 'aliases', settingsFile];

/** Refuses a folder with a configuration, since both would be read together. */
function checkFolder(folder: string, files: readonly NewFile[]): void {
  if (!files.some(({ name }) => configurationFiles.includes(name))) return;
  const there = configurationFiles.find((name) => existsSync(join(folder, name)));
  if (there === undefined) return;
  throw new UsageError(
    `${quoted(join(folder, there))} exists already, so nothing is written`,
    'name a folder without a configuration',
  );
}

function write(files: readonly NewFile[], output: string): readonly string[] {
  const targets = targetsOf(files, output);
  checkFolder(targets.folder, targets.files);
  const written = writeNewFiles(targets.folder, targets.files);
  if (written.kind === 'written') return written.paths;
  throw new UsageError(
    `${quoted(written.path)} exists already, so nothing is written`,
    'name a file that does not exist',
  );
}

/** Converts a configuration; an `output` of undefined is standard output. */
export function showAs(configuration: Configuration, form: PolicyForm, output: string | undefined): Report {
  const conversion = convertPolicy(configuration, form);
  if (conversion.kind === 'cannot-say') {
    const { part, cause } = conversion;
    const why = cause === null ? '' : `: ${cause}`;
    throw new Error(`the ${part} cannot be written completely as ${form}, so nothing is written${why}`);
  }
  const { files, notes } = conversion;
  if (output === undefined) {
    const listed = listing(files, process.stdout.isTTY === true);
    return goodReport({ form, files, notes }, listed, noteLines(notes));
  }
  const written = write(files, output);
  const lines = written.map((path) => `${quoted(path)} written`);
  return goodReport({ form, written, notes }, lines, noteLines(notes));
}
