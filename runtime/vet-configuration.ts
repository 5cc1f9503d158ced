/*
 * Checks a changed configuration before it replaces the policy in force: whether it compiles, and whether it lets
 * strangers relay who cannot relay now. It compares what the policies do, not the text of the files.
 */
import type { FileSettings } from '../lib/config/index.js';
import { allowOpenRelay, lintOpenRelay } from '../lib/lint/index.js';
import { channelNamed } from '../lib/policy/index.js';
import {
  auditRelaying,
  isSettled,
  leakText,
  newLeaks,
  newWays,
  openWays,
  type RelayAudit,
  type RelayLeak,
  type RelayWay,
  wayText,
} from '../lib/proof/index.js';
import { type Diagnostic, errorAt, hasErrors } from '../lib/text/index.js';
import { OpenDatabases } from './databases/index.js';
import { type FilesRead, missingFile, type ReadSource } from './files/index.js';
import { type Configuration, type LoadOptions, loadConfiguration } from './load-configuration.js';
import { decideUnder } from './open-configuration.js';
import { answersText, proveBeside } from './prove-beside.js';

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
  /** The answers of the proof of relaying in one line; null where it was not made. */
  readonly answers: string | null;
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

function openingWay({ policy }: Configuration, way: RelayWay): Diagnostic {
  const { channel, witness } = way;
  const message = `these files let strangers on \`${channel}\` relay ${wayText(way)}: mail for \`${witness.to}\` with the sender \`${witness.from}\` goes out`;
  const hint = '`pmdf prove` shows more; close the hole, or write `! prove: allowed REASON` above the entry';
  return errorAt(channelNamed(policy, channel).span, 'policy/opens-relay', message, { hint });
}

function openDatabases(folder: string, openElsewhere?: ReadonlySet<string>): OpenDatabases {
  const clock = { now: () => 0, after: () => () => undefined };
  return new OpenDatabases(folder, { clock, report: () => undefined }, openElsewhere);
}

/** One check, with databases of its own. */
class Vetting {
  readonly #request: VetRequest;
  readonly #open: OpenDatabases;

  constructor(request: VetRequest) {
    this.#request = request;
    this.#open = openDatabases(request.folder, request.databasesOpen);
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

  relaying(after: Configuration): Pick<Vetted, 'relaying' | 'answers'> {
    const plain = openRelayFindings(after);
    if (hasErrors(plain) || after.policy.settings.openRelay === 'allowed') {
      return { relaying: plain, answers: null };
    }
    const proof = proveBeside(after, this.#request.folder);
    const answers = answersText(proof);
    if (proof.channels.every(isSettled)) return { relaying: plain, answers };
    const ways = proof.channels.flatMap(openWays);
    return { relaying: [...plain, ...this.#opened(after, ways)], answers };
  }

  /** What the proof and the relay audit find that the policy in force does not let out; the audit where the proof finds nothing. */
  #opened(after: Configuration, ways: readonly RelayWay[]): readonly Diagnostic[] {
    const audited = decideUnder(after, (newEnvironment) => auditRelaying(after.compiled, newEnvironment));
    if (ways.length === 0 && audited.channels.every(({ leaks }) => leaks.length === 0)) return [];
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
    const others = ways.filter(({ channel }) => !firsts.has(channel));
    const opened =
      before === null
        ? others
        : decideUnder(before, (newEnvironment) => newWays(before.policy, others, newEnvironment));
    return [
      ...[...firsts.values()].map((leak) => opening(after, leak)),
      ...opened.map((way) => openingWay(after, way)),
    ];
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
    const { relaying, answers } = value === null ? { relaying: [], answers: null } : vetting.relaying(value);
    return { diagnostics, relaying, answers, outcomes, paths };
  } finally {
    vetting.close();
  }
}

/** What the proof of relaying came to, for the log. */
export interface Answers {
  readonly text: string;
  /** Whether a way was found that the site does not allow. */
  readonly isOpen: boolean;
}

/** Proves a folder; null if it has errors, or has another policy than that of the hash by now. */
export function proveFolder(
  { folder, otherFiles }: Pick<VetRequest, 'folder' | 'otherFiles'>,
  hash: string,
): Answers | null {
  const open = openDatabases(folder);
  try {
    const { value } = loadConfiguration(folder, open, { otherFiles });
    if (value === null || value.hash !== hash) return null;
    const proof = proveBeside(value, folder);
    const isOpen = proof.channels.some((one) => openWays(one).length > 0);
    return { text: answersText(proof), isOpen };
  } finally {
    open.close();
  }
}
