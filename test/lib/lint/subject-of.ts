/*
 * The lint of a policy from text.
 */
import { absent, driveNow, type LookupAnswer, type LookupRequest } from '../../../lib/engine/lookup.js';
import { lintRequests, lintWritten } from '../../../lib/lint/lint.js';
import type { RequestRule } from '../../../lib/lint/rule.js';
import { relayHole } from '../../../lib/lint/rules/relay-hole.js';
import { undecided } from '../../../lib/lint/rules/undecided.js';
import { type LintInput, LintSubject } from '../../../lib/lint/subject.js';
import type { CompiledPolicy } from '../../../lib/policy/compile-policy.js';
import type { RelayAudit } from '../../../lib/proof/audit/relay-audit.js';
import type { Diagnostic } from '../../../lib/text/diagnostic.js';
import { plainEnvironment } from '../policy/policy-of.js';

/** A policy with what is known of its surroundings. */
export function subjectOf(compiled: CompiledPolicy, more: Partial<LintInput> = {}): LintSubject {
  return new LintSubject({ compiled, newEnvironment: () => plainEnvironment(), ...more });
}

/** The findings of rules that run requests; look-ups are answered as given. */
export function findByRequests(
  subject: LintSubject,
  answer: (request: LookupRequest) => LookupAnswer = () => absent,
  rules?: readonly RequestRule[],
): readonly Diagnostic[] {
  return driveNow(lintRequests(subject, rules), answer);
}

/** The findings of rules that read the configuration; `databases` are databases in full, null when one cannot be read. */
export function findInText(
  compiled: CompiledPolicy,
  databases: readonly string[] | null = [],
): readonly Diagnostic[] {
  return lintWritten(subjectOf(compiled, { databaseTexts: databases }));
}

/** What is reported of a relay audit. */
export function relayFindings(compiled: CompiledPolicy, audit: RelayAudit): readonly Diagnostic[] {
  return findByRequests(subjectOf(compiled, { audit }), () => absent, [relayHole, undecided]);
}
