/*
 * Checks a changed configuration before it replaces the policy in force: whether it compiles, and whether it lets
 * strangers relay who cannot relay now. It compares what the policies do, not the text of the files.
 */
import type { FileSettings } from '../lib/config/index.js';
import { allowOpenRelay, lintOpenRelay } from '../lib/lint/index.js';
import { channelNamed } from '../lib/policy/index.js';
import { auditRelaying, leakText, newLeaks, type RelayAudit, type RelayLeak } from '../lib/proof/index.js';
import { type Diagnostic, errorAt, hasErrors } from '../lib/text/index.js';
import { OpenDatabases } from './databases/index.js';
import { type FilesRead, missingFile, type ReadSource } from './files/index.js';
import { type Configuration, type LoadOptions, loadConfiguration } from './load-configuration.js';
import { decideUnder } from './open-configuration.js';

/** What to check; `vet-in-thread.ts` sends it to another thread. */
export interface VetRequest {
  /** The path of config/pmdf. */
  readonly folder: string;
  /** Files in place of those that the settings name. */
  readonly otherFiles: Partial<FileSettings>;
  /** The files that the policy in force was made from. */
  readonly filesBefore: FilesRead;
  /** The paths of its open databases. */
  readonly databasesOpen: ReadonlySet<string>;
}

/** The result. */
export interface Vetted {
  /** Findings in the files. */
  readonly diagnostics: readonly Diagnostic[];
  /** Findings about relaying. */
  readonly relaying: readonly Diagnostic[];
  /** The files as they were read, to compile them again. */
  readonly outcomes: ReadonlyMap<string, ReadSource>;
  /** Every path that was read or looked for. */
  readonly paths: ReadonlySet<string>;
}

/** Findings that a policy is an open relay; errors unless the settings allow it. */
export function openRelayFindings(configuration: Configuration): readonly Diagnostic[] {
  return decideUnder(configuration, (newEnvironment) =>
    lintOpenRelay(configuration.compiled, newEnvironment),
  );
}

function opening({ policy }: Configuration, leak: RelayLeak): Diagnostic {
  const { source } = leak;
  const message = `these files let strangers on \`${source}\` relay: ${leakText(leak)}`;
  const hint = `\`pmdf check\` shows more; close the hole ${allowOpenRelay}`;
  return errorAt(channelNamed(policy, source).span, 'policy/opens-relay', message, { hint });
}

/** One check, with databases of its own. */
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

  /** The policy in force, compiled again from its files; null if that fails. */
  #before(): Configuration | null {
    const { filesBefore } = this.#request;
    return this.load({ known: (path, names) => asReadBefore(filesBefore, path) ?? missingFile(names) }).value;
  }

  relaying(after: Configuration): readonly Diagnostic[] {
    const plain = openRelayFindings(after);
    if (hasErrors(plain) || after.policy.settings.openRelay === 'allowed') return plain;
    const audited = decideUnder(after, (newEnvironment) => auditRelaying(after.compiled, newEnvironment));
    if (audited.channels.every(({ leaks }) => leaks.length === 0)) return plain;
    const before = this.#before();
    const known: RelayAudit =
      before === null
        ? { channels: [] }
        : decideUnder(before, (newEnvironment) =>
            auditRelaying(before.compiled, newEnvironment, 'every attempt'),
          );
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

/** Checks a changed configuration. Throws only on a bug of ours. */
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
