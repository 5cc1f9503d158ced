/*
 * The thread that checks a changed configuration, or proves the one in force: one request, one answer.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Packer, Unpacker } from './carried-sources.js';
import { proveFolder, vetConfiguration } from './vet-configuration.js';
import type { CarriedRequest, CarriedVetted, ThreadRequest, VetAnswer } from './vet-in-thread.js';

function vet(request: CarriedRequest): CarriedVetted {
  const filesBefore = new Unpacker().files(request.filesBefore);
  const { diagnostics, relaying, answers, outcomes, paths } = vetConfiguration({ ...request, filesBefore });
  const packer = new Packer();
  return {
    diagnostics: diagnostics.map(packer.diagnostic),
    relaying: relaying.map(packer.diagnostic),
    outcomes: new Map([...outcomes].map(([path, one]) => [path, packer.outcome(one)])),
    answers,
    paths,
  };
}

function answer(asked: ThreadRequest): VetAnswer {
  try {
    if (asked.kind === 'vet') return { kind: 'vetted', vetted: vet(asked.request) };
    return { kind: 'proved', answers: proveFolder(asked.request, asked.request.hash) };
  } catch (error) {
    return { kind: 'failed', cause: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.postMessage(answer(workerData));
