#!/usr/bin/env node
/*
 * The command `pmdf`: runs it, writes its output, and exits with its exit code. A reader that closes the pipe early
 * (`pmdf ... | head -1`) is not an error; nothing ever ends in a stack trace.
 */
import { describeError, errorName } from '../runtime/files/index.js';
import { complain, main, type Outcome } from './main.js';
import { paintFor, wrapLines } from './support/index.js';

function isClosedPipe(error: Error): boolean {
  return 'code' in error && error.code === 'EPIPE';
}

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (!isClosedPipe(error)) {
      process.exitCode = 1;
      if (stream === process.stdout) {
        const cause = errorName(error) === 'ENOSPC' ? 'the disk is full' : describeError(error);
        process.stderr.write(`pmdf: cannot write to standard output: ${cause}\n`);
      }
    }
    process.exit();
  });
}

async function run(): Promise<void> {
  const outcome: Outcome = await main(
    process.argv.slice(2),
    paintFor(process.stdout.isTTY, process.env),
  ).catch(complain);
  process.exitCode = outcome.exitCode;
  const { stdout, stderr, isProse } = outcome;
  if (stderr !== '') process.stderr.write(wrapLines(stderr, process.stderr.columns));
  if (stdout !== '')
    process.stdout.write(isProse === true ? wrapLines(stdout, process.stdout.columns) : stdout);
}

void run();
