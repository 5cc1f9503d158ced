/*
 * Checks a changed configuration in a thread of its own, so that mail is not delayed.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { VetRequest, Vetted } from './vet-configuration.js';

const threadFile = join(__dirname, 'vet-thread.js');

/** The answer of the thread. */
export type VetAnswer =
  | { readonly kind: 'vetted'; readonly vetted: Vetted }
  | { readonly kind: 'failed'; readonly cause: string };

/** Checks a changed configuration. Rejects when the thread fails, for example when it runs out of memory. */
export function vetAside(request: VetRequest): Promise<Vetted> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(threadFile, { workerData: request });
    worker.once('message', (answer: VetAnswer) => {
      if (answer.kind === 'vetted') resolve(answer.vetted);
      else reject(new Error(answer.cause));
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread that compiles it ended with code ${code}`)));
  });
}
