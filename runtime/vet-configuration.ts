/*
 * Looks at a configuration that was changed, beside the policy in force: whether it can be compiled, and whether strangers
 * could relay under it who cannot today. It compares what the policies do, not the text of the files.
 */
import type { FileSettings } from '../lib/config/index.js';
import { absent, driveNow, type Environment, found, type Lookup } from '../lib/engine/index.js';
import { allowOpenRelay, lintOpenRelay } from '../lib/lint/index.js';
import { channelNamed } from '../lib/policy/index.js';
import { auditRelaying, leakText, newLeaks, type RelayAudit, type RelayLeak } from '../lib/proof/index.js';
import { type Diagnostic, errorAt, hasErrors } from '../lib/text/index.js';
import { lookUp, OpenDatabases } from './databases/index.js';
import { makeEnvironment } from './environment.js';
import { type FilesRead, missingFile, type ReadSource } from './files/index.js';
import { type Configuration, type LoadOptions, loadConfiguration } from './load-configuration.js';

/** A configuration to look at; plain values, since it may go to another thread. */
export interface VetRequest {
  /** The path of config/pmdf. */
  readonly folder: string;
  /** Files in place of those that the settings name. */
  readonly otherFiles: Partial<FileSettings>;
  /** The files of the policy in force. */
  readonly filesBefore: FilesRead;
  /** The paths of the databases that it has open. */
  readonly databasesOpen: ReadonlySet<string>;
}

/** What was found; plain values again. */
export interface Vetted {
  /** What is wrong with the files themselves. */
  readonly diagnostics: readonly Diagnostic[];
  /** What there is to say about relaying. */
  readonly relaying: readonly Diagnostic[];
  /** The files as they were read, for compiling them again. */
  readonly outcomes: ReadonlyMap<string, ReadSource>;
  /** Every path that was read or looked for. */
  readonly paths: ReadonlySet<string>;
}

/** Asks a question at once. Nothing is counted: sequence files belong to the gateway. */
function askNow<T>(
  { policy, databases }: Configuration,
  question: (made: () => Environment) => Lookup<T>,
): T {
  const { steps } = policy.settings.limits;
  return driveNow(
    question(() => makeEnvironment(steps)),
    (request) => {
      if (request.kind === 'sequence') return found('0');
      const database = databases.get(request.database);
      return database === undefined ? absent : lookUp(database, request.key);
    },
  );
}

/** The findings that a policy is an open relay; errors unless it may be one. */
export function openRelayFindings(configuration: Configuration): readonly Diagnostic[] {
  return askNow(configuration, (newEnvironment) => lintOpenRelay(configuration.compiled, newEnvironment));
}

function opening({ policy }: Configuration, leak: RelayLeak): Diagnostic {
  const { source } = leak;
  const message = `these files let strangers on \`${source}\` relay: ${leakText(leak)}`;
  const hint = `\`pmdf check\` shows more; close the hole ${allowOpenRelay}`;
  return errorAt(channelNamed(policy, source).span, 'policy/opens-relay', message, { hint });
}

/** Looks at changed configurations of one folder, with databases of its own. */
class Vetting {
  readonly #request: VetRequest;
  readonly #open: OpenDatabases;

  constructor(request: VetRequest) {
    this.#request = request;
    const clock = { now: () => 0, after: () => () => undefined };
    this.#open = new OpenDatabases(request.folder, { clock, report: () => undefined }, request.databasesOpen);
  }

  load(more: LoadOptions) {
    const { folder, otherFiles } = this.#request;
    return loadConfiguration(folder, this.#open, { otherFiles, ...more });
  }

  /** The policy in force once more, of its own files; null if that cannot be had. */
  #before(): Configuration | null {
    const { filesBefore } = this.#request;
    return this.load({ known: (path, names) => asReadBefore(filesBefore, path) ?? missingFile(names) }).value;
  }

  relaying(after: Configuration): readonly Diagnostic[] {
    const plain = openRelayFindings(after);
    if (hasErrors(plain) || after.policy.settings.openRelay === 'allowed') return plain;
    const audited = askNow(after, (newEnvironment) => auditRelaying(after.compiled, newEnvironment));
    if (audited.channels.every(({ leaks }) => leaks.length === 0)) return plain;
    const before = this.#before();
    const known: RelayAudit =
      before === null
        ? { channels: [] }
        : askNow(before, (newEnvironment) => auditRelaying(before.compiled, newEnvironment, 'every attempt'));
    const firsts = new Map<string, RelayLeak>();
    for (const leak of newLeaks(known, audited)) {
      if (!firsts.has(leak.source)) firsts.set(leak.source, leak);
    }
    return [...plain, ...[...firsts.values()].map((leak) => opening(after, leak))];
  }

  close(): void {
    this.#open.close();
  }
}

function asReadBefore(files: FilesRead, path: string): ReadSource | undefined {
  const file = files.get(path);
  return file === undefined ? undefined : { kind: 'read', source: file.source, mark: file.mark };
}

/** Looks at a changed configuration. Throws only what is a mistake of ours. */
export function vetConfiguration(request: VetRequest): Vetted {
  const vetting = new Vetting(request);
  try {
    const { value, diagnostics, outcomes, paths } = vetting.load({ filesBefore: request.filesBefore });
    const relaying = value === null ? [] : vetting.relaying(value);
    return { diagnostics, relaying, outcomes, paths };
  } finally {
    vetting.close();
  }
}
