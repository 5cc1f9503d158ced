/*
 * How far a long piece of work is, for whoever wants to show it.
 */

/** Takes so many octets done, of so many; called now and then, in order. */
export type Progress = (done: number, of: number) => void;
