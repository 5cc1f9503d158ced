/*
 * The thread that derives keys: one at a time, at a lower priority than the mail of its process.
 * Ref: setpriority(2), "C library/kernel differences": on Linux the priority is that of one thread
 */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import type { KeyAnswer, KeyRequest } from './key-messages.js';
import { deriveKeySync } from './password-hash.js';

/** Of -20, the highest, to 19. With more, logins fail while other programs keep all cores busy. */
const niceness = 10;

// Elsewhere it would be the priority of the process.
if (process.platform === 'linux') setPriority(0, niceness);

function answer({ password, salt, cost, length }: KeyRequest): KeyAnswer {
  try {
    return { kind: 'derived', key: deriveKeySync(password, salt, cost, length) };
  } catch (error) {
    return { kind: 'failed', cause: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', (request: KeyRequest) => parentPort?.postMessage(answer(request)));
