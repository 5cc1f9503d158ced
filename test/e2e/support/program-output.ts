// Collects what a child process prints and lets a test wait until something shows in it.

import type { Readable } from 'node:stream';
import { within } from './until.js';

/** What to look for in an output: a text in it, or a question about the whole of it. */
export type Sought = string | ((output: string) => boolean);

/** Everything printed so far, and the promise of more. */
export interface ProgramOutput {
  text(): string;
  /** Resolves with the output once it shows what is sought; rejects after `timeoutMs`, or as soon as it has ended without. */
  waitFor(sought: Sought, timeoutMs: number): Promise<string>;
}

/** Reads streams to their ends into one output, in the order of arrival. */
export function collectOutput(...streams: readonly Readable[]): ProgramOutput {
  let text = '';
  let open = streams.length;
  const listeners = new Set<() => void>();
  const announce = (): void => {
    for (const listener of [...listeners]) listener();
  };
  for (const stream of streams) {
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      text += chunk;
      announce();
    });
    stream.once('close', () => {
      open -= 1;
      announce();
    });
  }
  return {
    text: () => text,
    waitFor: (sought, timeoutMs) => {
      const shows = typeof sought === 'string' ? () => text.includes(sought) : () => sought(text);
      const expectation = (): string =>
        `${typeof sought === 'string' ? `\`${sought}\`` : 'what was sought'} in the output:\n${text}`;
      let listener: () => void = () => undefined;
      const shown = new Promise<string>((resolve, reject) => {
        listener = () => {
          if (shows()) resolve(text);
          else if (open === 0) reject(new Error(`the output ended without ${expectation()}`));
        };
        listeners.add(listener);
        listener();
      });
      return within(shown, timeoutMs, expectation).finally(() => listeners.delete(listener));
    },
  };
}
