/*
 * What else commands ask the processes of a queue, and where these begin to listen.
 */
import { awaitLockFree } from '../files/index.js';
import {
  type AnswerQuestion,
  askProcess,
  connectToProcesses,
  listenForQuestions,
} from './process-sockets.js';
import { type Question, readUnanswered } from './questions.js';
import { queueLock } from './queue-folders.js';

/** No command changes the files of a batch that long. */
const longestChangeMs = 60_000;

/**
 * Has this process answer commands from now on, before it loads its queue. Waits until no command changes the files. Throws where
 * the socket cannot be made, or a command does not end.
 */
export function listenToCommands(
  queue: string,
  answer: AnswerQuestion,
  logError: (message: string) => void,
): void {
  listenForQuestions(queue, answer, logError);
  awaitLockFree(queueLock(queue), longestChangeMs);
}

async function askAll(queue: string, question: Question): Promise<readonly unknown[]> {
  const listeners = await connectToProcesses(queue);
  return await Promise.all(listeners.map((listener) => askProcess(listener, question)));
}

/** Has all processes read which channels are stopped. Rejects with NotReachable; how many there are. */
export async function tellOfChannels(queue: string): Promise<number> {
  return (await askAll(queue, { kind: 'channels' })).length;
}

/** The paths of held messages whose clients have not been answered yet. Rejects with NotReachable. */
export async function heldInUse(queue: string): Promise<ReadonlySet<string>> {
  const answers = await askAll(queue, { kind: 'unanswered' });
  return new Set(answers.flatMap((one) => readUnanswered(one) ?? []));
}
