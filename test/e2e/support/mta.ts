/*
 * What every real MTA of the lab offers the tests, and what setting one up needs.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Reading } from './address-reading.js';
import { until } from './until.js';

/** A real MTA on a loopback port, as its Debian package sets it up, that sends all non-local mail to a sink. */
export interface Mta {
  readonly name: 'postfix' | 'exim' | 'sendmail';
  readonly port: number;
  /** Resolves when the queue is empty: all it accepted was delivered, relayed or bounced. Rejects after `timeoutMs` (default 15 s). */
  idle(timeoutMs?: number): Promise<void>;
  /**
   * Says where it would send each recipient, without sending and without the checks of its SMTP dialogue. Takes
   * hundreds of thousands; about 100 us each with Postfix, 15 us with Exim, 600 us with Sendmail.
   */
  read(addresses: readonly string[]): Promise<readonly Reading[]>;
  /** Everything it has logged so far. */
  log(): string;
  /** Ends the MTA and deletes its folder. */
  stop(): Promise<void>;
}

/** How to set up an MTA. */
export interface MtaOptions {
  /** Port of the sink that represents every other host. */
  readonly sinkPort: number;
  /** Domains it delivers itself, whatever the local part; default `domain.com`. */
  readonly localDomains?: readonly string[];
  /** Whether it offers SMTPUTF8; default as installed. Postfix only. */
  readonly smtputf8?: boolean;
  /** Further lines of main.cf. Postfix only. */
  readonly mainCf?: string;
}

/** The domains that an MTA of the lab delivers by default. */
export const DEFAULT_LOCAL_DOMAINS: readonly string[] = ['domain.com'];

/** The host name of every MTA of the lab. */
export const MTA_HOST_NAME = 'mail.domain.com';

const IDLE_LIMIT_MS = 15_000;

/** Replaces the one match of `place` in a stock configuration; throws if there is none. */
export function changed(stock: string, place: RegExp, replacement: string): string {
  if (!place.test(stock)) throw new Error(`the stock configuration has no place like ${place.source}`);
  return stock.replace(place, replacement);
}

/** Reads a text file that may not be there yet. */
export function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Lists the files in folders and the folders below them; a folder that changes meanwhile lists itself. */
export function filesBelow(folders: readonly string[]): string[] {
  return folders.flatMap((folder) => {
    if (!existsSync(folder)) return [];
    try {
      return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name));
    } catch {
      return [folder];
    }
  });
}

/** Waits until `queued` lists nothing more; fails with what it lists and the end of the log. */
export function untilQueueEmpty(
  mta: Pick<Mta, 'name' | 'log'>,
  queued: () => readonly string[],
  timeoutMs = IDLE_LIMIT_MS,
): Promise<void> {
  return until(
    () => queued().length === 0,
    timeoutMs,
    () => `the queue of ${mta.name} empty; it holds ${queued().join(', ')}\n${mta.log().slice(-4_000)}`,
  );
}
