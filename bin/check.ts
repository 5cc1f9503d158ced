/*
 * `pmdf check`: everything that is wrong in the files of a configuration, and, when it has no errors, what is valid but
 * most likely a mistake.
 */

import { dirname, join } from 'node:path';
import type { Lookup } from '../lib/engine/index.js';
import { LintSubject, lintRequests, lintWritten } from '../lib/lint/index.js';
import { auditRelaying, type RelayAudit } from '../lib/proof/index.js';
import { boundDiagnostics, type Diagnostic, inReadingOrder } from '../lib/text/index.js';
import { checkTlsInstall } from '../runtime/certificates/index.js';
import { databaseEntries, databaseTexts } from '../runtime/databases/index.js';
import {
  checkConnectionIni,
  checkPlugins,
  checkQueuePlugins,
  ownName,
  trustedProxies,
} from '../runtime/haraka-install/index.js';
import { type Configuration, decideUnder, withConfiguration } from '../runtime/index.js';
import { checkAuth } from '../runtime/passwords/index.js';
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
function lint(configuration: Configuration, folder: string): Findings {
  const { compiled, policy } = configuration;
  const install = dirname(folder);
  return decideUnder(configuration, function* (newEnvironment): Lookup<Findings> {
    const audit = yield* auditRelaying(compiled, newEnvironment);
    const subject = new LintSubject({
      compiled,
      newEnvironment,
      databaseEntries: () => databaseEntries(policy.settings, folder),
      databaseTexts: databaseTexts(policy.settings, folder),
      proxies: trustedProxies(install),
      ownName: ownName(install),
      audit,
    });
    const ofRequests = yield* lintRequests(subject);
    const diagnostics = [...ofRequests, ...lintWritten(subject), ...checkInstall(configuration, install)];
    return { diagnostics, undecided: subject.neverMatching.undecided, audit };
  });
}

/** Checks a folder `config/pmdf`. */
async function checkFolder(folder: string): Promise<Findings> {
  return await withConfiguration(folder, ({ value, diagnostics }) => {
    const linted = value === null ? { diagnostics: [], undecided: 0, audit: null } : lint(value, folder);
    return {
      ...linted,
      diagnostics: inReadingOrder(boundDiagnostics([...diagnostics, ...linted.diagnostics])),
    };
  });
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
