/*
 * Finds the command that is called, runs it, and turns whatever happens into text and an exit code.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inReadingOrder, nearest } from '../lib/text/index.js';
import { ConfigError } from '../runtime/index.js';
import { commands } from './commands.js';
import {
  type Command,
  commandHelp,
  commonOptions,
  diagnosticJson,
  diagnosticText,
  type ExitCode,
  generalHelp,
  groupHelp,
  isOption,
  noPaint,
  optionName,
  type Paint,
  printJson,
  quoted,
  type Report,
  readArguments,
  UnknownName,
  UsageError,
  usageLine,
  visibleLines,
  writeJson,
  writeTexts,
} from './support/index.js';

/** What a run of the command comes to; what was written on the way is not in it. */
export interface Outcome {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether long lines of `stdout` may be broken; those of `stderr` always may. */
  readonly isProse?: boolean;
}

/** A command line: options, the command if one was found, or else its group, and what stands behind it. */
interface Call {
  readonly command: Command | null;
  readonly group?: string;
  readonly rest: readonly string[];
}

const groups = new Set(commands.filter((one) => one.name.includes(' ')).map((one) => one.name.split(' ')[0]));

const listed = '`pmdf help` lists the commands';

function named(name: string): Command | undefined {
  return commands.find((one) => one.name === name || one.aliases?.includes(name));
}

function unknownCommand(name: string): UsageError {
  const meant = nearest(
    name,
    commands.map((one) => one.name),
  );
  const hint = meant === undefined ? listed : `did you mean \`${meant}\`?`;
  return new UsageError(`there is no command ${quoted(name)}`, hint);
}

/** Options in front of the command, which belong to it like those behind it; `--config` brings a word along. */
function leadingOptions(words: readonly string[]): number {
  let count = 0;
  for (let word = words[count]; word !== undefined && isOption(word); word = words[count]) {
    count += optionName(word) === 'config' && !word.includes('=') ? 2 : 1;
  }
  return Math.min(count, words.length);
}

/** The command that an option names: PMDF's own form of it where there is one. */
function namedByOption(group: string, word: string): Command | undefined {
  if (!isOption(word)) return undefined;
  return named(`${group} -${optionName(word)}`) ?? named(`${group} ${optionName(word)}`);
}

/**
 * Finds which command of a group is meant: the word after `test`, or PMDF's qualifier (`-rewrite`) wherever it stands;
 * with neither, but with other options, the command that has the name of the group alone.
 */
function callInGroup(group: string, words: readonly string[], leading: readonly string[]): Call {
  const [first] = words;
  if (first !== undefined && first !== '--' && !isOption(first)) {
    const command = named(`${group} ${first}`);
    if (command === undefined) throw unknownCommand(`${group} ${first}`);
    return { command, rest: [...leading, ...words.slice(1)] };
  }
  const end = words.indexOf('--');
  const options = end === -1 ? words : words.slice(0, end);
  const at = options.findIndex((word) => namedByOption(group, word) !== undefined);
  const isBare = at === -1 && words.some((word) => isOption(word) && optionName(word) !== 'help');
  const command = namedByOption(group, words[at] ?? '') ?? (isBare ? named(group) : null) ?? null;
  return { command, group, rest: [...leading, ...words.filter((_, index) => index !== at)] };
}

function findCall(words: readonly string[]): Call {
  const count = leadingOptions(words);
  const leading = words.slice(0, count);
  const [first, ...rest] = words.slice(count);
  if (first === undefined) return { command: null, rest: leading };
  if (first === 'help' && rest.some((word) => optionName(word) !== 'json')) {
    return { ...findCall([...leading, ...rest]), rest: ['--help'] };
  }
  if (groups.has(first)) return callInGroup(first, rest, leading);
  const command = named(first);
  if (command === undefined) throw unknownCommand(first);
  return { command, rest: [...leading, ...rest] };
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8'));
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest ? String(manifest.version) : 'unknown';
}

function plainReport(json: object, lines: readonly string[]): Report {
  return { exitCode: 0, json, text: () => lines, isProse: true };
}

/** Nothing but options: help, version, or a mistake. */
function withoutCommand({ rest: words, group }: Call): Report {
  const options = [
    { name: 'version', takes: 'nothing', help: '' },
    { name: 'config', takes: 'a word', value: 'DIR', help: '' },
    ...commonOptions,
  ] as const;
  const { flags } = readArguments(words, options);
  if (flags.has('version')) {
    const version = packageVersion();
    return plainReport({ version }, [version]);
  }
  const lines = group === undefined ? generalHelp(commands) : groupHelp(commands, group);
  const report = plainReport({ help: lines }, lines);
  return flags.has('help') ? report : { ...report, exitCode: 64 };
}

async function runCommand(command: Command, words: readonly string[]): Promise<Report> {
  const given = readArguments(words, [...command.options, ...commonOptions]);
  if (given.flags.has('help')) {
    const lines = commandHelp(command);
    return plainReport({ help: lines }, lines);
  }
  const extra = given.words[command.words.most];
  if (extra !== undefined) {
    const isConfigurations =
      command.words.most === 0 && command.options.some(({ name }) => name === 'config');
    throw new UsageError(
      `${quoted(extra)} is one word too many`,
      isConfigurations ? 'a config folder is named by `--config`' : null,
    );
  }
  if (given.words.length < command.words.least) throw new UsageError(`\`${command.operands}\` is needed`);
  return await command.run(given);
}

function messageOf(error: unknown): string {
  return visibleLines(error instanceof Error ? error.message : String(error));
}

/** What is said when a command came to no report. */
export function complain(error: unknown, isJson = false, paint: Paint = noPaint): Outcome {
  if (error instanceof ConfigError) {
    const stderr = isJson
      ? ''
      : inReadingOrder(error.diagnostics)
          .map((one) => `${diagnosticText(one, paint)}\n`)
          .join('');
    const stdout = isJson
      ? printJson({ diagnostics: inReadingOrder(error.diagnostics).map(diagnosticJson) })
      : '';
    return { exitCode: 2, stdout, stderr };
  }
  const message = messageOf(error);
  const isOurs = error instanceof UsageError || error instanceof UnknownName;
  const hint = isOurs ? error.hint : null;
  return {
    exitCode: error instanceof UsageError ? 64 : 1,
    stdout: isJson ? printJson({ error: message, hint }) : '',
    stderr: isJson ? '' : `pmdf: ${message}\n${hint === null ? '' : `  hint: ${hint}\n`}`,
  };
}

function failureJson(error: unknown): { exitCode: ExitCode; json: object } {
  return { exitCode: complain(error).exitCode, json: { error: messageOf(error), hint: null } };
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function wantsJson(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  const options = end === -1 ? words : words.slice(0, end);
  return options.some((word) => isOption(word) && optionName(word) === 'json');
}

/** Runs the command line `words`; never rejects. */
export async function main(words: readonly string[], paint: Paint): Promise<Outcome> {
  const isJson = wantsJson(words);
  let command: Command | null = null;
  try {
    const call = findCall(words);
    command = call.command;
    const report = command === null ? withoutCommand(call) : await runCommand(command, call.rest);
    if (report.results !== undefined) {
      const exitCode = isJson
        ? await writeJson(report.results, process.stdout, failureJson)
        : await writeTexts(report.results, paint, process.stdout);
      return { exitCode, stdout: '', stderr: '' };
    }
    const stderr = isJson ? '' : linesOf(report.complaint?.(noPaint) ?? []);
    if (report.isWritten === true) return { exitCode: report.exitCode, stdout: '', stderr };
    const stdout = isJson ? printJson(report.json) : linesOf(report.text(paint));
    return { exitCode: report.exitCode, stdout, stderr, isProse: !isJson && report.isProse === true };
  } catch (error) {
    const outcome = complain(error, isJson, noPaint);
    if (!(error instanceof UsageError) || isJson || command === null) return outcome;
    const usage = `usage: ${usageLine(command)}\n  pmdf ${command.name} --help shows the options\n`;
    return { ...outcome, stderr: outcome.stderr + usage };
  }
}
