/*
 * The thread that checks a changed configuration: one request, one answer.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { vetConfiguration } from './vet-configuration.js';
import type { VetAnswer } from './vet-in-thread.js';

function answer(): VetAnswer {
  try {
    return { kind: 'vetted', vetted: vetConfiguration(workerData) };
  } catch (error) {
    return { kind: 'failed', cause: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.postMessage(answer());
