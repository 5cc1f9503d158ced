/*
 * A probe on its way through a table, and what a match of it gives.
 */
import { fold, isAscii } from './fold.js';

/** A probe and its folded form, made once for all the entries of a table. */
export interface Subject {
  readonly probe: string;
  readonly folded: string;
  readonly isAscii: boolean;
}

/** The texts of the saved wildcards, left to right. */
export interface Match {
  readonly captures: readonly string[];
}

/** Makes a probe ready to be matched. */
export function subjectOf(probe: string): Subject {
  return { probe, folded: fold(probe), isAscii: isAscii(probe) };
}
