/*
 * Everything that can be found about a configuration: errors, likely mistakes, what the install lacks, and whether
 * strangers can relay.
 */
import { dirname } from 'node:path';
import type { Lookup } from '../../lib/engine/index.js';
import { LintSubject, lintRequests, lintWritten } from '../../lib/lint/index.js';
import { auditRelaying, proveRelaying, type RelayAudit, type RelayProof } from '../../lib/proof/index.js';
import { boundDiagnostics, type Diagnostic, inReadingOrder } from '../../lib/text/index.js';
import { checkTlsInstall } from '../../runtime/certificates/index.js';
import {
  databaseContents,
  databaseEntries,
  databaseReader,
  databaseTexts,
  directoryEntries,
} from '../../runtime/databases/index.js';
import {
  checkConnectionIni,
  checkPlugins,
  checkQueuePlugins,
  listeningPorts,
  ownName,
  trustedProxies,
} from '../../runtime/haraka-install/index.js';
import {
  type Configuration,
  checkLive,
  decideUnder,
  type LiveServers,
  withConfiguration,
} from '../../runtime/index.js';
import { checkAuth } from '../../runtime/passwords/index.js';

/** Checks what is around the folder `pmdf`: plugins, certificates, passwords. */
function checkInstall({ policy, compiled }: Configuration, folder: string): readonly Diagnostic[] {
  return [
    ...checkPlugins(folder),
    ...checkQueuePlugins(policy, folder),
    ...checkConnectionIni(folder),
    ...checkTlsInstall(policy, folder, Date.now()),
    ...checkAuth(folder, policy, compiled),
  ];
}

/** All findings, and the number of table entries for which it is not known whether they ever match. */
export interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  readonly undecided: number;
  /** Tells whether two hosts have the same policy; null for a configuration with errors. */
  readonly hash: string | null;
  /** Null for a configuration with errors. */
  readonly audit: RelayAudit | null;
  /** Likewise. */
  readonly proof: RelayProof | null;
  /** What the servers are; null unless they were to be connected to. */
  readonly live: readonly LiveServers[] | null;
}

/** The work of a proof that nobody asked for; `pmdf prove` does more. */
const checkWork = 2_000_000;

/** What is valid and most likely a mistake, and what the audit found. */
function lint(configuration: Configuration, folder: string): Omit<Findings, 'live'> {
  const { compiled, policy } = configuration;
  const install = dirname(folder);
  return decideUnder(configuration, function* (newEnvironment): Lookup<Omit<Findings, 'live'>> {
    const audit = yield* auditRelaying(compiled, newEnvironment);
    const reader = databaseReader(folder);
    const contents = databaseContents(policy.settings, folder, reader);
    const known = { contents, ports: listeningPorts(install) };
    const proof = yield* proveRelaying(compiled, newEnvironment, { left: checkWork }, known, audit);
    const subject = new LintSubject({
      compiled,
      newEnvironment,
      databaseEntries: () => databaseEntries(policy.settings, folder, reader),
      directoryEntries: () => directoryEntries(policy.directories, folder),
      databaseTexts: databaseTexts(policy.settings, folder, reader),
      proxies: trustedProxies(install),
      ownName: ownName(install),
      audit,
      proof,
    });
    const ofRequests = yield* lintRequests(subject);
    const diagnostics = [...ofRequests, ...lintWritten(subject), ...checkInstall(configuration, install)];
    const { undecided } = subject.neverMatching;
    return { diagnostics, undecided, hash: configuration.hash, audit, proof };
  });
}

/** Checks a folder `config/pmdf`; connects to servers only if `isLive`. */
export async function checkFolder(folder: string, isLive = false): Promise<Findings> {
  return await withConfiguration(folder, async (opened) => {
    const { value, diagnostics } = opened;
    const linted =
      value === null
        ? { diagnostics: [], undecided: 0, hash: null, audit: null, proof: null }
        : lint(value, folder);
    const live = isLive && value !== null ? await checkLive(opened, value) : null;
    const all = [...diagnostics, ...linted.diagnostics, ...(live?.diagnostics ?? [])];
    return { ...linted, live: live?.live ?? null, diagnostics: inReadingOrder(boundDiagnostics(all)) };
  });
}
