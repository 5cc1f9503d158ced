/*
 * Every code that a finding can have, with what it means: those of the parsers and checks, and those of the lint rules.
 */
import { type DiagnosticCode, diagnosticCodes } from '../text/index.js';
import { type LintRuleCode, lintRules } from './rules.js';

export type FindingCode = DiagnosticCode | LintRuleCode;

const meanings: ReadonlyMap<string, string> = new Map([
  ...Object.entries(diagnosticCodes),
  ...lintRules.map(({ code, about }): [string, string] => [code, about]),
]);

/** All codes, in the order of docs/diagnostics.md. */
export function findingCodes(): readonly FindingCode[] {
  return [...meanings.keys()].filter(isFindingCode);
}

export function isFindingCode(text: string): text is FindingCode {
  return meanings.has(text);
}

/** What findings with a code mean and what to do about them. */
export function meaningOf(code: FindingCode): string {
  return meanings.get(code) ?? '';
}
