/*
 * The dialogue of PMDF's own commands: a prompt, the answer, the result, until the end of the input. When the input is
 * not a terminal, each answer is written after its prompt, so that the output reads like a session at a terminal.
 * Ref: PMDF 32
 */

import { createReadStream, openSync } from 'node:fs';
import type { FileSettings } from '../../lib/config/index.js';
import { describeError } from '../../runtime/files/index.js';
import type { World } from '../../runtime/index.js';
import { type Arguments, type Option, wordOption } from './arguments.js';
import { type ExitCode, type Report, writtenReport } from './command.js';
import { fileError, withWorld } from './open-configuration.js';
import { linesOf } from './read-lines.js';
import { brief } from './visible.js';
import { flusherOf, type LineOutput, linesToFile, linesToStream } from './write-lines.js';

/** The options for the input and output of a dialogue. */
export const dialogueOptions: readonly Option[] = [
  wordOption('input', 'FILE', 'read this file instead of standard input'),
  wordOption('output', 'FILE', 'write this file instead of standard output'),
];

function fileLines(file: string): AsyncGenerator<string, void> {
  try {
    return linesOf(createReadStream(file, { fd: openSync(file, 'r') }));
  } catch (error) {
    throw fileError(file, `\`${file}\` cannot be read: ${describeError(error)}`);
  }
}

export class Dialogue {
  readonly #lines: AsyncGenerator<string, void>;
  readonly #output: LineOutput;
  readonly #flushSoon: () => void;
  /** Whether the input is a terminal, where prompts are seen and answers are echoed. */
  readonly #isTyped: boolean;

  /** Opens the input and output that a command line names. Throws ConfigError when a file cannot be opened. */
  constructor(given: Arguments) {
    const input = given.values.get('input');
    const output = given.values.get('output');
    this.#isTyped = input === undefined && process.stdin.isTTY === true;
    this.#lines = input === undefined ? linesOf(process.stdin) : fileLines(input);
    this.#output = output === undefined ? linesToStream(process.stdout) : linesToFile(output);
    this.#flushSoon = flusherOf(this.#output);
  }

  /** Asks for a line; null at the end of the input. */
  async ask(prompt: string): Promise<string | null> {
    if (this.#isTyped) {
      await this.#output.pause();
      process.stdout.write(`${prompt} `);
    }
    const { value, done } = await this.#lines.next();
    const line = done === true ? null : value;
    if (!this.#isTyped) await this.#output.add(`${prompt} ${brief(line ?? '')}`.trimEnd());
    else if (line === null) process.stdout.write('\n');
    return line;
  }

  /** Asks for lines until the end of the input. */
  async *answers(prompt: string): AsyncGenerator<string, void> {
    for (let line = await this.ask(prompt); line !== null; line = await this.ask(prompt)) yield line;
  }

  async say(lines: readonly string[]): Promise<void> {
    for (const line of lines) await this.#output.add(line);
    this.#flushSoon();
  }

  /** Runs the dialogue and closes it. If it fails, an output file is left as it was. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      await this.#output.end();
      return result;
    } catch (error) {
      await this.#output.pause();
      throw error;
    } finally {
      this.#output.drop();
      await this.#lines.return();
    }
  }
}

/** The report of a dialogue about a configuration, with `files` in place of those that it names. */
export async function dialogueReport(
  given: Arguments,
  files: Partial<FileSettings>,
  notes: readonly string[],
  talk: (world: World, dialogue: Dialogue) => Promise<ExitCode>,
): Promise<Report> {
  const exitCode = await withWorld(
    given,
    async (world) => {
      const dialogue = new Dialogue(given);
      return await dialogue.hold(() => talk(world, dialogue));
    },
    files,
  );
  return writtenReport(exitCode, notes);
}
