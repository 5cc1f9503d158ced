/*
 * A progress bar for a long task: only on a terminal, only after a second, and removed at the end.
 */
import type { Progress } from '../../runtime/files/index.js';

/** The part of an output that the bar needs. */
export interface BarOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A progress bar; `clear` removes it from the screen. */
export interface ProgressBar {
  readonly progress: Progress;
  clear(): void;
}

const patienceMs = 1000;
const pauseMs = 100;
const width = 40;
const eraseLine = '\r\u001b[K';

/** Makes a bar with a label; `now` returns milliseconds. */
export function progressBar(label: string, output: BarOutput, now: () => number): ProgressBar {
  let due = now() + patienceMs;
  let isShown = false;
  return {
    progress: (done, of) => {
      if (output.isTTY !== true || now() < due) return;
      due = now() + pauseMs;
      isShown = true;
      const share = of > 0 ? Math.min(1, done / of) : 1;
      const full = Math.floor(share * width);
      const bar = '#'.repeat(full) + '.'.repeat(width - full);
      output.write(`${eraseLine}${label} [${bar}] ${Math.floor(share * 100)}%`);
    },
    clear: () => {
      if (isShown) output.write(eraseLine);
      isShown = false;
    },
  };
}
