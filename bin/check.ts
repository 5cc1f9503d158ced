/*
 * `pmdf check`: every finding in every file of a configuration, and, when it can be compiled, what is right by the
 * language but most likely not meant.
 */

import { dirname, join } from 'node:path';
import { found, type Lookup } from '../lib/engine/index.js';
import { type DatabaseEntry, lintOwnName, lintPolicy, lintProxies, lintWritten } from '../lib/lint/index.js';
import { auditRelaying, type RelayAudit, relayFindings } from '../lib/proof/index.js';
import { boundDiagnostics, type Diagnostic, DiagnosticList, inReadingOrder } from '../lib/text/index.js';
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
  type Paint,
  type Report,
} from './support/index.js';

const millisecondsPerSecond = 1000;

/** Answers for one check; numbers are not taken from sequence files, whose counters belong to the gateway. */
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

/** Puts the questions of the lint; `folder` is Haraka's config folder. */
async function ask(
  configuration: Configuration,
  folder: string,
  entries: () => Iterable<DatabaseEntry>,
): Promise<readonly Diagnostic[]> {
  const { compiled, policy } = configuration;
  const { steps } = policy.settings.limits;
  const { timeout } = policy.settings.lookups;
  function* questions(): Lookup<readonly Diagnostic[]> {
    const newEnvironment = () => makeEnvironment(steps);
    const ofPolicy = yield* lintPolicy(compiled, newEnvironment, entries);
    const ofProxies = yield* lintProxies(compiled, trustedProxies(folder), newEnvironment);
    return [...ofPolicy, ...ofProxies];
  }
  const how = { clock: systemClock, timeoutMs: timeout * millisecondsPerSecond };
  return await decide(questions(), answersFor(configuration), how);
}

/** The audit asks so much more than any decision that it has a limit of its own. */
const auditTimeoutMs = 60_000;

async function audit(configuration: Configuration): Promise<RelayAudit> {
  const { compiled, policy } = configuration;
  const { steps } = policy.settings.limits;
  return await decide(
    auditRelaying(compiled, () => makeEnvironment(steps)),
    answersFor(configuration),
    { clock: systemClock, timeoutMs: auditTimeoutMs },
  );
}

/** What stands beside the folder `pmdf`: plugins, certificates, passwords. */
function checkInstall({ policy, compiled }: Configuration, folder: string): readonly Diagnostic[] {
  return [
    ...checkPlugins(folder),
    ...checkQueuePlugins(policy, folder),
    ...checkConnectionIni(folder),
    ...checkTlsInstall(policy, folder, Date.now()),
    ...checkAuth(folder, policy, compiled),
  ];
}

/** Everything there is to say, and for how many entries of tables it is not known whether they are ever reached. */
interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  readonly undecided: number;
  /** Null where the configuration cannot be compiled. */
  readonly audit: RelayAudit | null;
}

async function doubtsAbout(configuration: Configuration, folder: string): Promise<Findings> {
  const { compiled, policy } = configuration;
  const entries = () => databaseEntries(policy.settings, folder);
  const written = lintWritten(compiled, databaseTexts(policy.settings, folder), entries);
  const install = dirname(folder);
  const asked = await ask(configuration, install, entries);
  const audited = await audit(configuration);
  const diagnostics = [
    ...asked,
    ...relayFindings(policy, audited),
    ...written.diagnostics,
    ...lintOwnName(compiled, ownName(install)),
    ...checkInstall(configuration, install),
  ];
  return { diagnostics, undecided: written.undecided, audit: audited };
}

/** Loads a folder `config/pmdf` and gathers everything there is to say about it. */
async function look(folder: string): Promise<Findings> {
  const reported = new DiagnosticList();
  const open = new OpenDatabases(folder, {
    clock: systemClock,
    report: (diagnostics) => reported.append(diagnostics),
  });
  try {
    const { value, diagnostics } = loadConfiguration(folder, open);
    const doubts =
      value === null ? { diagnostics: [], undecided: 0, audit: null } : await doubtsAbout(value, folder);
    return {
      ...doubts,
      diagnostics: inReadingOrder(boundDiagnostics([...diagnostics, ...doubts.diagnostics, ...reported.all])),
    };
  } finally {
    open.close();
  }
}

/** Everything there is to say about a folder `config/pmdf`. */
export async function findAll(folder: string): Promise<readonly Diagnostic[]> {
  return (await look(folder)).diagnostics;
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
  const findings = await look(join(configFolder(given), 'pmdf'));
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
  summary: 'show everything that is wrong or doubtful in the configuration',
  operands: '',
  words: { least: 0, most: 0 },
  options: [
    {
      name: 'explain',
      takes: 'a word',
      value: 'CODE',
      help: 'show what findings with this code mean, and check nothing',
    },
    { name: 'strict', takes: 'nothing', help: 'end with exit code 1 when there are warnings' },
    ...configurationOptions,
  ],
  about: [
    'Shows each finding with its file, line and column, and what to write instead. Errors keep Haraka from',
    'starting; warnings do not. A configuration without errors is also checked for likely mistakes, and',
    'every known form of relaying is tried on it, made for its own domains. Exit code 2 when there are',
    'errors, 0 otherwise; with --strict 1 when there are warnings only.',
  ],
  run,
};
