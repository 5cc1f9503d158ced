/*
 * The thread in which the functions of one file of the site run.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { absent, failed, found, type LookupAnswer } from '../../lib/engine/index.js';
import { loadFunctions } from './load-functions.js';
import type {
  Inspected,
  Inspection,
  RoutineAnswerMessage,
  RoutineCallMessage,
  ThreadStart,
} from './routine-messages.js';

/** The longest text that a function may give, in characters. */
const longestText = 1000;

/** The text of a value that was thrown, which may be anything; never throws. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return 'a value without a text was thrown';
  }
}

function words(error: unknown): string {
  const [first = ''] = textOf(error).split('\n', 1);
  return first.slice(0, longestText);
}

/** The answer that a value of a function is. */
function answerOf(value: unknown): LookupAnswer {
  if (value === true) return found('');
  if (value === false || value === null || value === undefined) return absent;
  if (typeof value !== 'string') return failed(`it gives a value of the type ${typeof value}`);
  if (value.length > longestText) return failed(`it gives more than ${longestText} characters`);
  return /\p{Cc}/u.test(value) ? failed('it gives a text with control characters') : found(value);
}

function inspect(start: ThreadStart, { port, done }: Inspection): void {
  const end = (): void => {
    Atomics.store(done, 0, 1);
    Atomics.notify(done, 0);
  };
  // A file may end its process, here its thread, while it loads.
  process.once('exit', end);
  let inspected: Inspected;
  try {
    inspected = { kind: 'loaded', functions: [...loadFunctions(start.path, start.text).keys()] };
  } catch (error) {
    const stack = error instanceof Error ? String(error.stack) : '';
    inspected = { kind: 'failed', cause: words(error), stack };
  }
  port.postMessage(inspected);
  end();
}

function serve({ path, text }: ThreadStart): void {
  const functions = loadFunctions(path, text);
  const run = async ({ name, argument }: RoutineCallMessage): Promise<LookupAnswer> => {
    const called = functions.get(name);
    if (called === undefined) return failed(`${path} exports no function ${name}`);
    try {
      return answerOf(await called(argument));
    } catch (error) {
      return failed(words(error));
    }
  };
  parentPort?.on('message', (call: RoutineCallMessage) => {
    void run(call).then((answer) => {
      const message: RoutineAnswerMessage = { id: call.id, answer };
      parentPort?.postMessage(message);
    });
  });
}

const start: ThreadStart = workerData;
if (start.inspection === null) serve(start);
else inspect(start, start.inspection);
