/*
 * `pmdf check`: everything that is wrong in the files of a configuration, and, when it has no errors, what is valid but
 * most likely a mistake.
 */

import { join } from 'node:path';
import { counted } from '../lib/text/index.js';
import { auditJson } from './check/audit.js';
import { explainCode } from './check/explain-code.js';
import { liveText } from './check/live.js';
import {
  type Arguments,
  answerLine,
  type Command,
  checkFolder,
  configFolder,
  configurationOptions,
  countLine,
  countOf,
  diagnosticJson,
  diagnosticText,
  type Findings,
  flagOption,
  type Paint,
  proofJson,
  type Report,
  wordOption,
} from './support/index.js';

/** The answers of the proof, one line each, and that servers were not asked. */
function relayingText({ proof, audit }: Findings, paint: Paint): string[] {
  return (proof?.channels ?? []).map((one) => {
    const audited = audit?.channels.find(({ channel }) => channel === one.channel);
    const count = audited?.serverLookups ?? 0;
    const unasked = `; servers were not asked, and their answers to ${counted(count, 'look-up')} taken as absent`;
    return `relaying: ${answerLine(one, paint)}${count === 0 ? '' : unasked}`;
  });
}

function textOf(findings: Findings, paint: Paint): string[] {
  const { diagnostics, live, hash } = findings;
  const lines = diagnostics.flatMap((one) => [diagnosticText(one, paint), '']);
  const relaying = relayingText(findings, paint);
  const servers = live === null ? [] : liveText(live, paint);
  const hashed = hash === null ? [] : [`policy hash=${hash}`];
  const count = countLine(diagnostics);
  return [...lines, ...relaying, ...servers, ...hashed, diagnostics.length === 0 ? paint.good(count) : count];
}

async function run(given: Arguments): Promise<Report> {
  const explained = given.values.get('explain');
  if (explained !== undefined) return explainCode(explained);
  const findings = await checkFolder(join(configFolder(given), 'pmdf'), given.flags.has('live'));
  const { diagnostics, undecided } = findings;
  const isStrict = given.flags.has('strict');
  const errors = countOf(diagnostics, 'error');
  return {
    exitCode: errors > 0 ? 2 : isStrict && diagnostics.length > 0 ? 1 : 0,
    json: {
      errors,
      warnings: countOf(diagnostics, 'warning'),
      undecided,
      hash: findings.hash,
      diagnostics: diagnostics.map(diagnosticJson),
      audit: findings.audit === null ? null : auditJson(findings.audit),
      proof: findings.proof === null ? null : proofJson(findings.proof),
      live: findings.live,
    },
    text: (paint) => textOf(findings, paint),
    isProse: true,
  };
}

export const check: Command = {
  name: 'check',
  summary: 'show errors and likely mistakes in the configuration',
  operands: '',
  words: { least: 0, most: 0 },
  options: [
    wordOption('explain', 'CODE', 'explain findings with this code instead of checking'),
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
    'that nobody has.',
  ],
  run,
};
