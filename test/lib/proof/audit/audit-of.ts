/*
 * The relay audit of a policy from text, and of the same policy with a built-in entry left out.
 */
import { builtInMappingTable } from '../../../../lib/access/built-in-table.js';
import { absent, driveNow, type LookupAnswer, type ValuesAnswer } from '../../../../lib/engine/lookup.js';
import { createMappings } from '../../../../lib/mapping/compile-tables.js';
import type { CompiledPolicy } from '../../../../lib/policy/compile-policy.js';
import type { Policy } from '../../../../lib/policy/policy.js';
import type { Witnesses } from '../../../../lib/proof/audit/attempt-runner.js';
import {
  auditRelaying,
  type ChannelAudit,
  type RelayAudit,
} from '../../../../lib/proof/audit/relay-audit.js';
import type { RelayLeak } from '../../../../lib/proof/audit/relay-leak.js';
import { placeOf } from '../../../../lib/text/places.js';
import { type PolicyText, plainEnvironment, policyOf } from '../../policy/policy-of.js';

/** Makes the same policy without one entry: `built-in:5`, `built-in:strict-2`. */
export function without(entry: string, policy: Policy): Policy {
  const table = builtInMappingTable([...policy.outside.facing], [...policy.localDomains]).value;
  const entries = table.entries.filter(({ span }) => placeOf(span) !== entry);
  return {
    ...policy,
    builtIn: createMappings([{ ...table, entries }]),
    strictEntryNames: new Set([...policy.strictEntryNames].filter((place) => place !== entry)),
  };
}

/** A directory with only a default entry, which sends every mailbox on inside, as it was. */
function inDirectory(key: string): ValuesAnswer {
  return key === '*' ? { kind: 'values', values: ['*@host.domain.com'] } : absent;
}

/** Audits a policy; databases answer as given. */
export function auditOf(
  compiled: CompiledPolicy,
  answer: LookupAnswer = absent,
  witnesses?: Witnesses,
): RelayAudit {
  return driveNow(
    auditRelaying(compiled, () => plainEnvironment(1_000_000), witnesses),
    (request) => (request.kind === 'directory' ? inDirectory(request.key) : answer),
  );
}

/** Compiles and audits. */
export function auditText(text: PolicyText, answer: LookupAnswer = absent): readonly ChannelAudit[] {
  return auditOf(policyOf(text), answer).channels;
}

/** All leaks, with an entry left out if one is named. */
export function leaksOf(compiled: CompiledPolicy, leftOut: string | null = null): readonly RelayLeak[] {
  const policy = leftOut === null ? compiled.policy : without(leftOut, compiled.policy);
  return auditOf({ ...compiled, policy }, absent, 'every attempt').channels.flatMap(({ leaks }) => leaks);
}

/** What identifies a leak. */
export function witness({ from, address }: RelayLeak): string {
  return `${from} ${address}`;
}
