/*
 * What the thread of a routine file and the process say to each other.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import type { LookupAnswer } from '../../lib/engine/index.js';

const beside = join(__dirname, 'routine-thread.js');

/** The code of the thread; the packed command finds it beside the packed plugins. */
export const threadFile = existsSync(beside) ? beside : join(__dirname, '..', 'packed', 'routine-thread.js');

/** The most that a thread may have in its heap, in megabytes. */
export const threadMemory = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };

/**
 * The arguments of Node for the thread. Those of Haraka are left out: what is loaded into it with `--require` is not meant for its
 * threads, and may end them. The option by which a file can use `import()` is experimental in Node 20.
 */
export const threadArguments = ['--disable-warning=ExperimentalWarning'];

/** A thread that only loads the file says what it exports: through `port`, and then by 1 in `done`. */
export interface Inspection {
  readonly port: MessagePort;
  readonly done: Int32Array;
}

/** What a thread begins with. */
export interface ThreadStart {
  readonly path: string;
  readonly text: string;
  readonly inspection: Inspection | null;
}

export interface RoutineCallMessage {
  readonly id: number;
  readonly name: string;
  readonly argument: string;
}

export interface RoutineAnswerMessage {
  readonly id: number;
  readonly answer: LookupAnswer;
}

/** Whether a message is an answer to a call: the file can send others with the `parentPort` of the thread. */
export function isRoutineAnswer(message: unknown): message is RoutineAnswerMessage {
  if (typeof message !== 'object' || message === null || !('id' in message) || !('answer' in message))
    return false;
  const { id, answer } = message;
  if (typeof id !== 'number' || typeof answer !== 'object' || answer === null || !('kind' in answer))
    return false;
  switch (answer.kind) {
    case 'found':
      return 'value' in answer && typeof answer.value === 'string';
    case 'failed':
      return 'cause' in answer && typeof answer.cause === 'string';
    default:
      return answer.kind === 'absent';
  }
}

/** The functions that a file exports, or why it could not be loaded, with the stack of the error. */
export type Inspected =
  | { readonly kind: 'loaded'; readonly functions: readonly string[] }
  | { readonly kind: 'failed'; readonly cause: string; readonly stack: string };
