/*
 * Checks a changed configuration in a thread of its own, so that mail is not delayed.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type CarriedDiagnostic, type CarriedOutcome, Packer, Unpacker } from './carried-sources.js';
import type { Answers, VetRequest, Vetted } from './vet-configuration.js';

const threadFile = join(__dirname, 'vet-thread.js');

/** The request as a message. */
export interface CarriedRequest extends Omit<VetRequest, 'filesBefore'> {
  readonly filesBefore: ReadonlyMap<string, CarriedOutcome>;
}

/** The result as a message. */
export interface CarriedVetted extends Pick<Vetted, 'paths' | 'answers'> {
  readonly diagnostics: readonly CarriedDiagnostic[];
  readonly relaying: readonly CarriedDiagnostic[];
  readonly outcomes: ReadonlyMap<string, CarriedOutcome>;
}

/** A folder whose policy is to be proved, if it still has this hash. */
export interface ProveRequest extends Pick<VetRequest, 'folder' | 'otherFiles'> {
  readonly hash: string;
}

/** What the thread is to do. */
export type ThreadRequest =
  | { readonly kind: 'vet'; readonly request: CarriedRequest }
  | { readonly kind: 'prove'; readonly request: ProveRequest };

/** The answer of the thread. */
export type VetAnswer =
  | { readonly kind: 'vetted'; readonly vetted: CarriedVetted }
  | { readonly kind: 'proved'; readonly answers: Answers | null }
  | { readonly kind: 'failed'; readonly cause: string };

function unpacked({ diagnostics, relaying, answers, outcomes, paths }: CarriedVetted): Vetted {
  const unpacker = new Unpacker();
  return {
    diagnostics: diagnostics.map(unpacker.diagnostic),
    relaying: relaying.map(unpacker.diagnostic),
    outcomes: new Map([...outcomes].map(([path, one]) => [path, unpacker.outcome(one)])),
    answers,
    paths,
  };
}

type Done = Exclude<VetAnswer, { readonly kind: 'failed' }>;

/** Lets the thread do something. Rejects when the thread fails, for example when it runs out of memory. */
function inThread(workerData: ThreadRequest): { readonly worker: Worker; readonly done: Promise<Done> } {
  // What is loaded into Haraka with `node --require` is not meant for its threads, and may end them.
  const worker = new Worker(threadFile, { workerData, execArgv: [] });
  const done = new Promise<Done>((resolve, reject) => {
    worker.once('message', (answer: VetAnswer) => {
      if (answer.kind === 'failed') reject(new Error(answer.cause));
      else resolve(answer);
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread that compiles it ended with code ${code}`)));
  });
  return { worker, done };
}

/** Checks a changed configuration. Rejects when the thread fails. */
export async function vetAside(request: VetRequest): Promise<Vetted> {
  const carried: CarriedRequest = { ...request, filesBefore: new Packer().files(request.filesBefore) };
  const answer = await inThread({ kind: 'vet', request: carried }).done;
  if (answer.kind !== 'vetted') throw new Error('the thread that compiles it answered something else');
  return unpacked(answer.vetted);
}

/** Proves the policy in force; null if the files have changed. The process need not wait for it. Rejects when the thread fails. */
export async function proveAside(request: ProveRequest): Promise<Answers | null> {
  const { worker, done } = inThread({ kind: 'prove', request });
  worker.unref();
  const answer = await done;
  return answer.kind === 'proved' ? answer.answers : null;
}
