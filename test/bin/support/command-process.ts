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
  readonly input: string | Uint8Array;
  readonly folder: string;
}

/** What a call printed, and how it ended. */
export interface CommandResult {
  /** Both outputs, as on a terminal. */
  readonly printed: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

/** A stream that adds what is written to every list. */
function collector(...lists: readonly Buffer[][]): Writable {
  return new Writable({
    decodeStrings: true,
    write(chunk: Buffer, _encoding, done) {
      for (const list of lists) list.push(chunk);
      done();
    },
  });
}

async function run({ words, input, folder }: CommandCall): Promise<CommandResult> {
  const chunks: Buffer[] = [];
  const ofOutput: Buffer[] = [];
  const ofErrors: Buffer[] = [];
  const output = collector(chunks, ofOutput);
  const errors = collector(chunks, ofErrors);
  Object.defineProperty(process, 'stdin', {
    value: Readable.from(input.length === 0 ? [] : [Buffer.from(input)]),
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
  const [printed = '', written = '', complained = ''] = [chunks, ofOutput, ofErrors].map((list) =>
    Buffer.concat(list).toString(),
  );
  return { printed, stdout: written, stderr: complained, exitCode };
}

process.on('message', (call: CommandCall) => {
  void run(call).then((result) => process.send?.(result));
});
