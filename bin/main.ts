/*
 * Runs the command that is called, and turns its report or error into text and an exit code.
 */
import { inReadingOrder } from '../lib/text/index.js';
import { packageManifest } from '../runtime/files/index.js';
import { ConfigError } from '../runtime/index.js';
import { commands } from './commands.js';
import { type Call, findCall } from './main/find-call.js';
import {
  type Command,
  commandHelp,
  commonOptions,
  diagnosticJson,
  diagnosticText,
  type ExitCode,
  flagOption,
  generalHelp,
  groupHelp,
  isOption,
  noPaint,
  optionName,
  type Paint,
  printJson,
  proseReport,
  type Report,
  readArguments,
  UnknownName,
  UsageError,
  unexpectedArgument,
  usageLine,
  visibleLines,
  wordOption,
  wordsBeforeEnd,
  writeJson,
  writeTexts,
} from './support/index.js';

/** The outcome of a run, without the output that has been written already. */
export interface Outcome {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether long lines of `stdout` may be wrapped; those of `stderr` always may. */
  readonly isProse?: boolean;
}

/** The report of a call without a command: help or version; help with exit code 64 when nothing was asked for. */
function withoutCommand({ rest: words, group }: Call): Report {
  const options = [flagOption('version', ''), wordOption('config', 'DIR', ''), ...commonOptions] as const;
  const { flags } = readArguments(words, options);
  if (flags.has('version')) {
    const { version } = packageManifest();
    return proseReport({ version }, [version]);
  }
  const lines = group === undefined ? generalHelp(commands) : groupHelp(commands, group);
  const report = proseReport({ help: lines }, lines);
  return flags.has('help') ? report : { ...report, exitCode: 64 };
}

async function runCommand(command: Command, words: readonly string[]): Promise<Report> {
  const given = readArguments(words, [...command.options, ...commonOptions]);
  if (given.flags.has('help')) {
    const lines = commandHelp(command);
    return proseReport({ help: lines }, lines);
  }
  const { least, most } = command.words;
  const extra = given.words[most];
  if (extra !== undefined) {
    const mayBeFolder = most === 0 && command.options.some(({ name }) => name === 'config');
    throw unexpectedArgument(extra, mayBeFolder ? 'name a config folder with `--config`' : null);
  }
  if (given.words.length < least) throw new UsageError(`\`${command.operands}\` is needed`);
  return await command.run(given);
}

function messageOf(error: unknown): string {
  return visibleLines(error instanceof Error ? error.message : String(error));
}

export function complain(error: unknown, isJson = false): Outcome {
  if (error instanceof ConfigError) {
    const diagnostics = inReadingOrder(error.diagnostics);
    return {
      exitCode: 2,
      stdout: isJson ? printJson({ diagnostics: diagnostics.map(diagnosticJson) }) : '',
      stderr: isJson ? '' : linesOf(diagnostics.map((one) => diagnosticText(one, noPaint))),
    };
  }
  const message = messageOf(error);
  const hint = error instanceof UsageError || error instanceof UnknownName ? error.hint : null;
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

async function outcomeOf(report: Report, isJson: boolean, paint: Paint): Promise<Outcome> {
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
}

/** Runs the command line `words`; never rejects. */
export async function main(words: readonly string[], paint: Paint): Promise<Outcome> {
  const isJson = wordsBeforeEnd(words).some((word) => isOption(word) && optionName(word) === 'json');
  let command: Command | null = null;
  try {
    const call = findCall(words);
    command = call.command;
    const report = command === null ? withoutCommand(call) : await runCommand(command, call.rest);
    return await outcomeOf(report, isJson, paint);
  } catch (error) {
    const outcome = complain(error, isJson);
    if (!(error instanceof UsageError) || isJson || command === null) return outcome;
    const usage = `usage: ${usageLine(command)}\n  pmdf ${command.name} --help shows the options\n`;
    return { ...outcome, stderr: outcome.stderr + usage };
  }
}
