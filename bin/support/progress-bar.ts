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
  /** Shows how many entries are done, and of a known number of them the time that is left; 0 is not known. */
  readonly entries: Progress;
  /** Shows that work goes on, where nobody knows how much there is. */
  readonly works: () => void;
  clear(): void;
}

const patienceMs = 1000;
const pauseMs = 100;
const width = 40;
const eraseLine = '\r\u001b[K';

function barOf(done: number, of: number): string {
  const share = of > 0 ? Math.min(1, done / of) : 1;
  const full = Math.floor(share * width);
  return `[${'#'.repeat(full)}${'.'.repeat(width - full)}] ${Math.floor(share * 100)}%`;
}

function timeLeft(milliseconds: number): string {
  const left = Math.max(0, Math.ceil(milliseconds / 1000));
  return left < 100 ? `${left} s` : `${Math.ceil(left / 60)} min`;
}

/** Makes a bar with a label; `now` returns milliseconds. */
export function progressBar(label: string, output: BarOutput, now: () => number): ProgressBar {
  const begun = now();
  let due = begun + patienceMs;
  let isShown = false;
  const show = (text: () => string): void => {
    if (output.isTTY !== true || now() < due) return;
    due = now() + pauseMs;
    isShown = true;
    output.write(`${eraseLine}${label} ${text()}`);
  };
  return {
    progress: (done, of) => show(() => barOf(done, of)),
    entries: (done, of) =>
      show(() => {
        if (of <= 0) return `${done} entries`;
        const left = done === 0 ? '' : `, ${timeLeft(((now() - begun) * (of - done)) / done)} left`;
        return `${barOf(done, of)} ${done} of ${of}${left}`;
      }),
    works: () => show(() => `${Math.floor((now() - begun) / 1000)} s`),
    clear: () => {
      if (isShown) output.write(eraseLine);
      isShown = false;
    },
  };
}
