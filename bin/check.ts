/*
 * `pmdf check`: everything that is wrong in the files of a configuration, and, when it has no errors, what is valid but
 * most likely a mistake.
 */

import { dirname, join } from 'node:path';
import { found, type Lookup } from '../lib/engine/index.js';
import { LintSubject, lintRequests, lintWritten } from '../lib/lint/index.js';
import { auditRelaying, type RelayAudit } from '../lib/proof/index.js';
import { boundDiagnostics, type Diagnostic, DiagnosticList } from '../lib/text/index.js';
import { checkTlsInstall } from '../runtime/certificates/index.js';
import {
  type Answers,
  answerRequests,
  databaseEntries,
  databaseTexts,
  OpenDatabases,
} from '../runtime/databases/index.js';
import {
  checkConnectionIni,
  checkPlugins,
  checkQueuePlugins,
  ownName,
  trustedProxies,
} from '../runtime/haraka-install/index.js';
import { type Configuration, decide, loadConfiguration, makeEnvironment } from '../runtime/index.js';
import { checkAuth } from '../runtime/passwords/index.js';
import { systemClock } from '../runtime/time/index.js';
import { auditJson, auditText } from './check/audit.js';
import { explainCode } from './check/explain-code.js';
import {
  type Arguments,
  type Command,
  configFolder,
  configurationOptions,
  countLine,
  countOf,
  diagnosticJson,
  diagnosticText,
  inReadingOrder,
  type Paint,
  type Report,
} from './support/index.js';

const millisecondsPerSecond = 1000;

/** Answers the look-ups of a check. Sequence files are not counted up: they belong to the gateway. */
function answersFor({ policy, databases }: Configuration): Answers {
  const { lookups } = policy.settings;
  const answers = answerRequests({
    databases,
    sequences: null,
    clock: systemClock,
    limits: {
      timeoutMs: lookups.timeout * millisecondsPerSecond,
      cacheSize: lookups.cacheSize,
      cacheMs: lookups.cacheSeconds * millisecondsPerSecond,
      negativeMs: lookups.negativeSeconds * millisecondsPerSecond,
    },
  });
  return {
    isEmbedded: (request) => answers.isEmbedded(request),
    answer: (request) => (request.kind === 'sequence' ? found('0') : answers.answer(request)),
  };
}

/** The limit on the relay audit, which runs thousands of requests. */
const auditTimeoutMs = 60_000;

/** Runs requests through the policy of a configuration. */
async function decideFor<T>(
  configuration: Configuration,
  requests: Lookup<T>,
  timeoutMs: number,
): Promise<T> {
  return await decide(requests, answersFor(configuration), { clock: systemClock, timeoutMs });
}

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
interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  readonly undecided: number;
  /** Null for a configuration with errors. */
  readonly audit: RelayAudit | null;
}

/** What is valid and most likely a mistake, and what the audit found. */
async function lint(configuration: Configuration, folder: string): Promise<Findings> {
  const { compiled, policy } = configuration;
  const { limits, lookups } = policy.settings;
  const newEnvironment = () => makeEnvironment(limits.steps);
  const audit = await decideFor(configuration, auditRelaying(compiled, newEnvironment), auditTimeoutMs);
  const install = dirname(folder);
  const subject = new LintSubject({
    compiled,
    newEnvironment,
    databaseEntries: () => databaseEntries(policy.settings, folder),
    databaseTexts: databaseTexts(policy.settings, folder),
    proxies: trustedProxies(install),
    ownName: ownName(install),
    audit,
  });
  const timeoutMs = lookups.timeout * millisecondsPerSecond;
  const ofRequests = await decideFor(configuration, lintRequests(subject), timeoutMs);
  const diagnostics = [...ofRequests, ...lintWritten(subject), ...checkInstall(configuration, install)];
  return { diagnostics, undecided: subject.neverMatching.undecided, audit };
}

/** Checks a folder `config/pmdf`. */
async function checkFolder(folder: string): Promise<Findings> {
  const reported = new DiagnosticList();
  const open = new OpenDatabases(folder, {
    clock: systemClock,
    report: (diagnostics) => reported.append(diagnostics),
  });
  try {
    const { value, diagnostics } = loadConfiguration(folder, open);
    const linted =
      value === null ? { diagnostics: [], undecided: 0, audit: null } : await lint(value, folder);
    return {
      ...linted,
      diagnostics: inReadingOrder(boundDiagnostics([...diagnostics, ...linted.diagnostics, ...reported.all])),
    };
  } finally {
    open.close();
  }
}

/** All findings about a folder `config/pmdf`. */
export async function findAll(folder: string): Promise<readonly Diagnostic[]> {
  return (await checkFolder(folder)).diagnostics;
}

function textOf({ diagnostics, audit: audited }: Findings, paint: Paint): string[] {
  const lines = diagnostics.flatMap((one) => [diagnosticText(one, paint), '']);
  const relaying = audited === null ? [] : auditText(audited, paint);
  const count = countLine(diagnostics);
  return [...lines, ...relaying, diagnostics.length === 0 ? paint.good(count) : count];
}

async function run(given: Arguments): Promise<Report> {
  const explained = given.values.get('explain');
  if (explained !== undefined) return explainCode(explained);
  const findings = await checkFolder(join(configFolder(given), 'pmdf'));
  const { diagnostics, undecided } = findings;
  const isStrict = given.flags.has('strict');
  const errors = countOf(diagnostics, 'error');
  return {
    exitCode: errors > 0 ? 2 : isStrict && diagnostics.length > 0 ? 1 : 0,
    json: {
      errors,
      warnings: countOf(diagnostics, 'warning'),
      undecided,
      diagnostics: diagnostics.map(diagnosticJson),
      audit: findings.audit === null ? null : auditJson(findings.audit),
    },
    text: (paint) => textOf(findings, paint),
    isProse: true,
  };
}

/** `pmdf check` */
export const check: Command = {
  name: 'check',
  summary: 'show errors and likely mistakes in the configuration',
  operands: '',
  words: { least: 0, most: 0 },
  options: [
    {
      name: 'explain',
      takes: 'a word',
      value: 'CODE',
      help: 'explain findings with this code instead of checking',
    },
    { name: 'strict', takes: 'nothing', help: 'exit with 1 when there are warnings' },
    ...configurationOptions,
  ],
  about: [
    'Shows each finding with its file, line and column, and what to write instead. With errors Haraka does',
    'not start; warnings change nothing. A configuration without errors is also checked for likely mistakes,',
    'and the relay audit tries every known form of relaying on it, with its own domains. The exit code is 2',
    'when there are errors and 0 otherwise; with --strict it is 1 when there are only warnings.',
  ],
  run,
};
