/*
 * `pmdf check`: everything that is wrong in the files of a configuration, and, when it has no errors, what is valid but
 * most likely a mistake.
 */

import { join } from 'node:path';
import { auditJson } from './check/audit.js';
import { explainCode } from './check/explain-code.js';
import { githubLines } from './check/github.js';
import { liveText } from './check/live.js';
import { relayingText } from './check/relaying.js';
import { sarifLog } from './check/sarif.js';
import {
  type Arguments,
  type Command,
  checkFolder,
  choiceOf,
  configFolder,
  configurationOptions,
  countLine,
  countOf,
  diagnosticJson,
  diagnosticText,
  type Findings,
  flagOption,
  type Paint,
  printJson,
  proofJson,
  type Report,
  UsageError,
  wordOption,
} from './support/index.js';

function textOf(findings: Findings, paint: Paint): string[] {
  const { diagnostics, live, hash } = findings;
  const lines = diagnostics.flatMap((one) => [diagnosticText(one, paint), '']);
  const relaying = relayingText(findings, paint);
  const servers = live === null ? [] : liveText(live, paint);
  const hashed = hash === null ? [] : [`policy hash=${hash}`];
  const count = countLine(diagnostics);
  return [...lines, ...relaying, ...servers, ...hashed, diagnostics.length === 0 ? paint.good(count) : count];
}

const formats = ['text', 'github', 'sarif', 'json'] as const;

function jsonOf(findings: Findings) {
  const { diagnostics, undecided, hash, audit, proof, live } = findings;
  return {
    errors: countOf(diagnostics, 'error'),
    warnings: countOf(diagnostics, 'warning'),
    undecided,
    hash,
    diagnostics: diagnostics.map(diagnosticJson),
    audit: audit === null ? null : auditJson(audit),
    proof: proof === null ? null : proofJson(proof),
    live,
  };
}

function printed(findings: Findings, format: (typeof formats)[number], paint: Paint): readonly string[] {
  switch (format) {
    case 'text':
      return textOf(findings, paint);
    case 'github':
      return githubLines(findings);
    case 'sarif':
      return [printJson(sarifLog(findings)).trimEnd()];
    case 'json':
      return [printJson(jsonOf(findings)).trimEnd()];
  }
}

async function run(given: Arguments): Promise<Report> {
  const format = choiceOf(given, 'format', formats, 'text');
  const explained = given.values.get('explain');
  if (explained !== undefined) {
    if (given.values.has('format')) throw new UsageError('`--format` cannot be used with `--explain`');
    return explainCode(explained);
  }
  const findings = await checkFolder(join(configFolder(given), 'pmdf'), given.flags.has('live'));
  const { diagnostics } = findings;
  const isStrict = given.flags.has('strict');
  const report: Report = {
    exitCode: countOf(diagnostics, 'error') > 0 ? 2 : isStrict && diagnostics.length > 0 ? 1 : 0,
    json: jsonOf(findings),
    text: (paint) => printed(findings, format, paint),
  };
  return format === 'text' ? { ...report, isProse: true } : report;
}

export const check: Command = {
  name: 'check',
  summary: 'show errors and likely mistakes in the configuration',
  operands: '',
  words: { least: 0, most: 0 },
  options: [
    wordOption('explain', 'CODE', 'explain findings with this code instead of checking'),
    wordOption('format', 'text|github|sarif|json', 'how findings are written; the default is text'),
    flagOption('live', 'connect to the servers of stores and directories, and say what they are'),
    flagOption('strict', 'exit with 1 when there are warnings'),
    ...configurationOptions,
  ],
  about: [
    'Shows each finding with its file, line and column, and what to write instead. With errors Haraka does',
    'not start; warnings change nothing. A configuration without errors is also checked for likely mistakes,',
    'and one line for each channel says whether strangers can relay, as `pmdf prove` does. The exit code is 2',
    'when there are errors and 0 otherwise; with --strict it is 1 when there are only warnings. Only with --live it connects',
    'to servers: to all of every store, of LDAP_HOST and of directory channels. Each is asked what the policy asks it, for a key',
    'that nobody has. `--format github` prints annotations for GitHub Actions, `--format sarif` a SARIF 2.1.0 log, and',
    '`--format json` the same as --json.',
  ],
  run,
};
