/*
 * Writes results one by one, as soon as each is there and no faster than the reader reads: as text with a blank line
 * between them, or as one JSON object `{"results": [...]}`.
 */
import type { Writable } from 'node:stream';
import type { ExitCode, Result } from './command.js';
import type { Paint } from './paint.js';
import { indent } from './print-columns.js';
import { jsonText } from './print-json.js';
import { brief, titleOf } from './visible.js';
import { flusherOf, linesToStream } from './write-lines.js';

/** The more serious exit code: wrong usage, then a broken configuration, then a rejection. */
function worse(one: ExitCode, other: ExitCode): ExitCode {
  return one > other ? one : other;
}

/** The result for one of many inputs; an error becomes its result, so that the other inputs are still processed. */
export async function resultFor(input: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      exitCode: 1,
      json: { input, error: message },
      text: (paint) => [paint.bold(titleOf(input)), `  ${paint.dim('error')}  ${paint.bad(brief(message))}`],
    };
  }
}

/** The results for inputs, each under its input; `answer` may throw. */
export async function* resultsOf(
  inputs: AsyncIterable<string>,
  answer: (input: string) => Promise<Result>,
): AsyncGenerator<Result> {
  for await (const input of inputs) {
    yield await resultFor(input, async () => {
      const { exitCode, json, text } = await answer(input);
      return {
        exitCode,
        json: { input, ...json },
        text: (paint) => [paint.bold(titleOf(input)), ...indent(text(paint))],
      };
    });
  }
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}

/** Writes results as text and returns the highest exit code. */
export async function writeTexts(
  results: AsyncIterable<Result>,
  paint: Paint,
  stream: Writable,
): Promise<ExitCode> {
  const output = linesToStream(stream);
  const flushSoon = flusherOf(output);
  let exitCode: ExitCode = 0;
  let isFirst = true;
  try {
    for await (const result of results) {
      if (!isFirst) await output.add('');
      isFirst = false;
      exitCode = worse(exitCode, result.exitCode);
      for (const line of result.text(paint)) await output.add(line);
      flushSoon();
    }
  } finally {
    await output.end();
  }
  return exitCode;
}

/**
 * Writes results as one JSON object and returns the highest exit code. An error before the first result is thrown; a
 * later one becomes the last element, made by `onFailure`, so that the JSON is complete.
 */
export async function writeJson(
  results: AsyncIterable<Result>,
  stream: Writable,
  onFailure: (error: unknown) => Pick<Result, 'exitCode' | 'json'>,
): Promise<ExitCode> {
  const output = linesToStream(stream);
  let exitCode: ExitCode = 0;
  /** The last element; each is written when the next one comes, which decides about the comma. */
  let last: string | null = null;
  const add = async (result: Pick<Result, 'exitCode' | 'json'>): Promise<void> => {
    exitCode = worse(exitCode, result.exitCode);
    await output.add(last === null ? '{\n  "results": [' : `${last},`);
    last = indented(jsonText(result.json));
  };
  try {
    for await (const result of results) await add(result);
  } catch (error) {
    if (last === null) throw error;
    await add(onFailure(error));
  }
  await output.add(last === null ? '{\n  "results": []\n}' : `${last}\n  ]\n}`);
  await output.end();
  return exitCode;
}
