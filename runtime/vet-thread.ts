/*
 * The thread that checks a changed configuration: one request, one answer.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Packer, Unpacker } from './carried-sources.js';
import { vetConfiguration } from './vet-configuration.js';
import type { CarriedRequest, CarriedVetted, VetAnswer } from './vet-in-thread.js';

function vet(request: CarriedRequest): CarriedVetted {
  const filesBefore = new Unpacker().files(request.filesBefore);
  const { diagnostics, relaying, outcomes, paths } = vetConfiguration({ ...request, filesBefore });
  const packer = new Packer();
  return {
    diagnostics: diagnostics.map(packer.diagnostic),
    relaying: relaying.map(packer.diagnostic),
    outcomes: new Map([...outcomes].map(([path, one]) => [path, packer.outcome(one)])),
    paths,
  };
}

function answer(): VetAnswer {
  try {
    return { kind: 'vetted', vetted: vet(workerData) };
  } catch (error) {
    return { kind: 'failed', cause: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.postMessage(answer());
