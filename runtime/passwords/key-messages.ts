/*
 * What a thread that derives keys and the process say to each other.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Cost } from './password-hash.js';

const beside = join(__dirname, 'key-thread.js');

/** The code of the thread; the packed command finds it beside the packed plugins. */
export const keyThreadFile: string = existsSync(beside)
  ? beside
  : join(__dirname, '..', 'packed', 'key-thread.js');

export interface KeyRequest {
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly cost: Cost;
  readonly length: number;
}

export type KeyAnswer =
  | { readonly kind: 'derived'; readonly key: Uint8Array }
  | { readonly kind: 'failed'; readonly cause: string };
