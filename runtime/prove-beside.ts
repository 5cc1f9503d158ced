/*
 * The proof of relaying beside mail, at start and before a reload: within a limit of work, and without the contents of large
 * databases. What it does not decide is left to the checks that need no proof.
 */
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { answerWords, type DatabaseContents, proveRelaying, type RelayProof } from '../lib/proof/index.js';
import { databaseContents } from './databases/index.js';
import { listeningPorts } from './haraka-install/index.js';
import type { Configuration } from './load-configuration.js';
import { decideUnder } from './open-configuration.js';

/** The samples need about half of it, which is less time than the relay audit takes. */
const limit = 60_000;
const mostOctets = 1_000_000;

function smallContents({ policy: { settings } }: Configuration, folder: string): DatabaseContents {
  const contents = databaseContents(settings, folder);
  const isLarge = (file: string): boolean => {
    const size = statSync(resolve(folder, file), { throwIfNoEntry: false })?.size ?? 0;
    return size > mostOctets;
  };
  return (database) => {
    const setting = settings.databases[database];
    return setting?.kind === 'file' && isLarge(setting.file) ? null : contents(database);
  };
}

/** Proves what it can; the relay audit is not made. */
export function proveBeside(configuration: Configuration, folder: string): RelayProof {
  const known = { contents: smallContents(configuration, folder), ports: listeningPorts(dirname(folder)) };
  return decideUnder(configuration, (newEnvironment) =>
    proveRelaying(configuration.compiled, newEnvironment, { left: limit }, known, { channels: [] }),
  );
}

/** The answers for the log, in one line. */
export function answersText({ channels }: RelayProof): string {
  return `relaying: ${channels.map((one) => answerWords(one).text).join('; ')}`;
}
