/*
 * Loads the configuration of every case and returns the diagnostics as people see them.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { furtherCase } from '../../bin/cases/append-to-list.js';
import { parseCases as parseCaseFile } from '../../bin/cases/parse-cases.js';
import { readDispatcherFile } from '../../bin/init/dispatcher/dispatcher-file.js';
import { parseSettings } from '../../lib/config/parse-settings.js';
import type { Lookup } from '../../lib/engine/lookup.js';
import { type FindingCode, isFindingCode } from '../../lib/lint/codes.js';
import { lintRequests, lintWritten } from '../../lib/lint/lint.js';
import { LintSubject } from '../../lib/lint/subject.js';
import { auditRelaying } from '../../lib/proof/audit/relay-audit.js';
import { allowedNotes } from '../../lib/proof/relay/allowed-notes.js';
import { proveRelaying } from '../../lib/proof/relay/prove-relaying.js';
import { type Diagnostic, formatDiagnostic, hasErrors } from '../../lib/text/diagnostic.js';
import { checkTlsInstall } from '../../runtime/certificates/check-tls-install.js';
import { directoryEntries } from '../../runtime/databases/directory-entries.js';
import { OpenDatabases } from '../../runtime/databases/open-databases.js';
import { databaseEntries, databaseTexts } from '../../runtime/databases/text-databases.js';
import { checkConnectionIni } from '../../runtime/haraka-install/check-connection-ini.js';
import { checkPlugins } from '../../runtime/haraka-install/check-plugins.js';
import { checkQueuePlugins } from '../../runtime/haraka-install/queue-plugins.js';
import { trustedProxies } from '../../runtime/haraka-install/trusted-proxies.js';
import { type Configuration, loadConfiguration } from '../../runtime/load-configuration.js';
import { decideUnder } from '../../runtime/open-configuration.js';
import { checkAuth } from '../../runtime/passwords/password-check.js';
import { vetConfiguration } from '../../runtime/vet-configuration.js';
import { ManualClock } from '../support/manual-clock.js';
import { projectRoot } from '../support/project-root.js';
import { baseline, parseCases } from './parse-cases.js';
import { changes, liveCases, type Prepare, specialCases } from './special-cases.js';

/** A case and its result. */
export interface CaseResult {
  readonly code: FindingCode;
  /** The findings with the code of the case, in the order in which they are shown. */
  readonly shown: readonly string[];
  /** The codes of everything that was found. */
  readonly found: readonly string[];
}

/** The date at which the certificates of the cases are checked. */
const now = Date.parse('2027-01-01T00:00:00Z');

/** The cases of lint rules have a file each. */
const caseFolders = ['test/diagnostics/cases', 'test/lib/lint/rules'].map((one) => join(projectRoot, one));

/** The findings of the lint. */
function lint(configuration: Configuration, folder: string): readonly Diagnostic[] {
  const { compiled, policy } = configuration;
  return decideUnder(configuration, function* (newEnvironment): Lookup<readonly Diagnostic[]> {
    const hasNotes = allowedNotes(compiled).all.length > 0;
    const subject = new LintSubject({
      compiled,
      newEnvironment,
      databaseEntries: () => databaseEntries(policy.settings, folder),
      directoryEntries: () => directoryEntries(policy.directories, folder),
      databaseTexts: databaseTexts(policy.settings, folder),
      proxies: trustedProxies(dirname(folder)),
      audit: yield* auditRelaying(compiled, newEnvironment),
      proof: hasNotes ? yield* proveRelaying(compiled, newEnvironment) : null,
    });
    return [...(yield* lintRequests(subject)), ...lintWritten(subject)];
  });
}

/** The findings in a file of cases beside the configuration. */
function inCaseFile(folder: string): readonly Diagnostic[] {
  const path = join(folder, 'cases.yaml');
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  const source = { name: 'cases.yaml', shortName: 'cases.yaml', text };
  const { value, diagnostics } = parseCaseFile(source);
  if (hasErrors(diagnostics)) return diagnostics;
  const further = furtherCase(source, value);
  return 'diagnostic' in further ? [further.diagnostic] : [];
}

/** The findings of `pmdf init --dispatcher` for a dispatcher.cnf in the folder, under its short name. */
function dispatcherFindings(folder: string): readonly Diagnostic[] {
  const path = join(folder, 'dispatcher.cnf');
  if (!existsSync(path)) return [];
  return readDispatcherFile(path).diagnostics.map((one) => {
    const source = { ...one.span.source, name: 'dispatcher.cnf' };
    const related = (one.related ?? []).map((place) => ({ ...place, span: { ...place.span, source } }));
    return { ...one, span: { ...one.span, source }, related };
  });
}

function load(prepare: Prepare): readonly Diagnostic[] {
  const install = mkdtempSync(join(tmpdir(), 'pmdf-diagnostics-'));
  const folder = join(install, 'config/pmdf');
  mkdirSync(folder, { recursive: true });
  const open = new OpenDatabases(folder, { clock: new ManualClock(), report: () => {} });
  try {
    writeFileSync(join(folder, 'pmdf.cnf'), baseline());
    prepare(folder);
    const dispatcher = dispatcherFindings(folder);
    if (dispatcher.length > 0) return dispatcher;
    const missing = join(folder, 'missing-packages');
    const isMissing = (name: string) => existsSync(missing) && readFileSync(missing, 'utf8').trim() === name;
    const { value, diagnostics } = loadConfiguration(folder, open, { installed: (name) => !isMissing(name) });
    if (value === null) return diagnostics;
    const auth = checkAuth(dirname(folder), value.policy, value.compiled);
    const tls = checkTlsInstall(value.policy, dirname(folder), now);
    const config = dirname(folder);
    const install = [
      ...checkPlugins(config),
      ...checkQueuePlugins(value.policy, config),
      ...checkConnectionIni(config),
    ];
    return [...diagnostics, ...lint(value, folder), ...install, ...tls, ...auth, ...inCaseFile(folder)];
  } finally {
    open.close();
    rmSync(install, { recursive: true, force: true });
  }
}

/** The findings when the files of a running configuration are changed. */
function loadChanged([prepare, change]: readonly [Prepare, Prepare]): readonly Diagnostic[] {
  const install = mkdtempSync(join(tmpdir(), 'pmdf-diagnostics-'));
  const folder = join(install, 'config/pmdf');
  mkdirSync(folder, { recursive: true });
  const clock = new ManualClock();
  const reported: Diagnostic[] = [];
  const open = new OpenDatabases(folder, {
    clock,
    report: (diagnostics) => {
      for (const one of diagnostics) reported.push(one);
    },
  });
  try {
    writeFileSync(join(folder, 'pmdf.cnf'), baseline());
    prepare(folder);
    const { value, filesRead } = loadConfiguration(folder, open);
    if (value === null) throw new Error('the configuration has errors before it is changed');
    change(folder);
    for (const _look of ['sees it', 'reads it']) clock.advance(1000);
    const { diagnostics, relaying } = vetConfiguration({
      folder,
      otherFiles: {},
      filesBefore: filesRead,
      databasesOpen: new Set(),
    });
    return [...diagnostics, ...relaying, ...reported];
  } finally {
    open.close();
    rmSync(install, { recursive: true, force: true });
  }
}

function writeFiles(files: ReadonlyMap<string, string>): Prepare {
  return (folder) => {
    rmSync(join(folder, 'pmdf.cnf'));
    for (const [name, text] of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      // An empty pmdf.cnf means none.
      if (name === 'pmdf.cnf' && text === '') continue;
      writeFileSync(join(folder, name), text, { mode: name === 'security.cnf' ? 0o600 : 0o644 });
    }
  };
}

function run(code: string, findings: () => readonly Diagnostic[]): CaseResult {
  if (!isFindingCode(code)) throw new Error(`there is no code \`${code}\``);
  // Most cases show tables of their own, without the entry against relaying.
  const usual = 'lint/open-relay';
  const diagnostics = findings().filter((one) => one.code === code || one.code !== usual);
  return {
    code,
    shown: diagnostics.filter((one) => one.code === code).map(formatDiagnostic),
    found: [...new Set(diagnostics.map((one) => one.code))],
  };
}

/** Runs all cases. */
export function runCases(): readonly CaseResult[] {
  const files = caseFolders.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.txt'))
      .sort()
      .map((file) => join(folder, file)),
  );
  const written = files.flatMap((file) => parseCases(readFileSync(file, 'utf8')));
  return [
    ...written.map(({ code, files }) => run(code, () => load(writeFiles(files)))),
    ...[...specialCases].map(([code, prepare]) => run(code, () => load(prepare))),
    ...[...liveCases].map(([code, { yaml, finding }]) =>
      run(code, () => [
        finding(parseSettings({ name: 'config/pmdf/pmdf.yaml', shortName: 'pmdf.yaml', text: yaml }).value),
      ]),
    ),
    ...[...changes].map(([code, change]) => run(code, () => loadChanged(change))),
  ];
}
