/*
 * Checks a changed configuration in a thread of its own, so that mail is not delayed.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type CarriedDiagnostic, type CarriedOutcome, Packer, Unpacker } from './carried-sources.js';
import type { VetRequest, Vetted } from './vet-configuration.js';

const threadFile = join(__dirname, 'vet-thread.js');

/** The request as a message. */
export interface CarriedRequest extends Omit<VetRequest, 'filesBefore'> {
  readonly filesBefore: ReadonlyMap<string, CarriedOutcome>;
}

/** The result as a message. */
export interface CarriedVetted extends Pick<Vetted, 'paths'> {
  readonly diagnostics: readonly CarriedDiagnostic[];
  readonly relaying: readonly CarriedDiagnostic[];
  readonly outcomes: ReadonlyMap<string, CarriedOutcome>;
}

/** The answer of the thread. */
export type VetAnswer =
  | { readonly kind: 'vetted'; readonly vetted: CarriedVetted }
  | { readonly kind: 'failed'; readonly cause: string };

function unpacked({ diagnostics, relaying, outcomes, paths }: CarriedVetted): Vetted {
  const unpacker = new Unpacker();
  return {
    diagnostics: diagnostics.map(unpacker.diagnostic),
    relaying: relaying.map(unpacker.diagnostic),
    outcomes: new Map([...outcomes].map(([path, one]) => [path, unpacker.outcome(one)])),
    paths,
  };
}

/** Checks a changed configuration. Rejects when the thread fails, for example when it runs out of memory. */
export function vetAside(request: VetRequest): Promise<Vetted> {
  return new Promise((resolve, reject) => {
    const workerData: CarriedRequest = { ...request, filesBefore: new Packer().files(request.filesBefore) };
    const worker = new Worker(threadFile, { workerData });
    worker.once('message', (answer: VetAnswer) => {
      if (answer.kind === 'vetted') resolve(unpacked(answer.vetted));
      else reject(new Error(answer.cause));
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread that compiles it ended with code ${code}`)));
  });
}
