/*
 * Reports why Haraka must not start: every finding on stderr, and the first error again in what Haraka prints.
 */
import { type Diagnostic, formatDiagnostic } from '../../lib/text/index.js';

/** Writes the findings to stderr; gives the error to throw. */
export function brokenStart(findings: readonly Diagnostic[]): Error {
  process.stderr.write(`${findings.map(formatDiagnostic).join('\n')}\n`);
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first === undefined) return new Error('the configuration is broken');
  const [sentence = ''] = formatDiagnostic(first).split('\n');
  const further = errors.length - 1;
  return new Error(further === 0 ? sentence : `${sentence}, and ${further} more, see stderr`);
}
