/*
 * Runs the command many times in one process, as `bin/pmdf.ts` runs it once: for each message, with words and a folder,
 * sends what it printed, both outputs in one text, and its exit code.
 */
import { Readable, Writable } from 'node:stream';
import { complain, main, type Outcome } from '../../../bin/main.js';
import { paintFor, wrapLines } from '../../../bin/support/index.js';

/** A call of the command. */
export interface CommandCall {
  readonly words: readonly string[];
  /** All of its standard input. */
  readonly input: string;
  readonly folder: string;
}

/** What a call printed, and how it ended. */
export interface CommandResult {
  readonly printed: string;
  readonly exitCode: number | null;
}

/** A stream that collects what is written. */
function collector(chunks: Buffer[]): Writable {
  return new Writable({
    decodeStrings: true,
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
}

async function run({ words, input, folder }: CommandCall): Promise<CommandResult> {
  const chunks: Buffer[] = [];
  const output = collector(chunks);
  const errors = collector(chunks);
  Object.defineProperty(process, 'stdin', {
    value: Readable.from(input === '' ? [] : [Buffer.from(input)]),
    configurable: true,
  });
  Object.defineProperty(process, 'stdout', { value: output, configurable: true });
  Object.defineProperty(process, 'stderr', { value: errors, configurable: true });
  process.chdir(folder);
  const outcome: Outcome = await main(words, paintFor(false, process.env)).catch(complain);
  const { stdout, stderr, exitCode, isProse } = outcome;
  errors.write(wrapLines(stderr, undefined));
  output.write(isProse === true ? wrapLines(stdout, undefined) : stdout);
  await Promise.all([output, errors].map((stream) => new Promise<void>((resolve) => stream.end(resolve))));
  return { printed: Buffer.concat(chunks).toString(), exitCode };
}

process.on('message', (call: CommandCall) => {
  void run(call).then((result) => process.send?.(result));
});
