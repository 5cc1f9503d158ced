/*
 * The progress of a long piece of work, for a progress bar.
 */

/** Called now and then with the octets done and their total. */
export type Progress = (done: number, of: number) => void;
