/*
 * Collects the output of a child process and lets a test wait until something appears in it.
 */

import type { Readable } from 'node:stream';
import { within } from './until.js';

/** What to look for in an output: a text, a pattern, or a predicate on the whole of it. */
export type Sought = string | RegExp | ((output: string) => boolean);

function isShown(sought: Sought, output: string): boolean {
  if (typeof sought === 'string') return output.includes(sought);
  return sought instanceof RegExp ? sought.test(output) : sought(output);
}

/** Everything printed so far, and the promise of more. */
export interface ProgramOutput {
  text(): string;
  /** Resolves with the output once it contains what is sought; rejects after `timeoutMs`, or when it ends without it. */
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
      const name = typeof sought === 'function' ? 'what was sought' : `\`${String(sought)}\``;
      const expectation = (): string => `${name} in the output:\n${text}`;
      let listener: () => void = () => undefined;
      const shown = new Promise<string>((resolve, reject) => {
        listener = () => {
          if (isShown(sought, text)) resolve(text);
          else if (open === 0) reject(new Error(`the output ended without ${expectation()}`));
        };
        listeners.add(listener);
        listener();
      });
      return within(shown, timeoutMs, expectation).finally(() => listeners.delete(listener));
    },
  };
}
