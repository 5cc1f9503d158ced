/*
 * The proof of relaying for a policy from text, with a general database from text.
 */
import { absent, driveNow, failed, found, type LookupAnswer } from '../../../../lib/engine/lookup.js';
import type { CompiledPolicy } from '../../../../lib/policy/compile-policy.js';
import type { ContentsEntry, DatabaseContents } from '../../../../lib/proof/relay/database-contents.js';
import { proveRelaying } from '../../../../lib/proof/relay/prove-relaying.js';
import type { ChannelProof, RelayProof } from '../../../../lib/proof/relay/relay-proof.js';
import { type PolicyText, plainEnvironment, policyOf } from '../../policy/policy-of.js';

/** The entries of the general database, value by key. */
export type General = Readonly<Record<string, string>>;

function contentsOf(general: General): DatabaseContents {
  const entries: ContentsEntry[] = Object.entries(general).map(([key, value]) => ({ key, value }));
  return (database) => (database === 'general' ? entries : []);
}

/** Proves a policy. */
export function proofOf(compiled: CompiledPolicy, general: General = {}): RelayProof {
  const answer = (key: string): LookupAnswer => {
    const value = Object.entries(general).find(([one]) => one.toLowerCase() === key.toLowerCase())?.[1];
    return value === undefined ? absent : found(value);
  };
  return driveNow(
    proveRelaying(
      compiled,
      () => plainEnvironment(1_000_000),
      { left: 50_000_000 },
      { contents: contentsOf(general) },
    ),
    (request) => {
      // As in the commands, every host exists, nobody is over a limit or on a list, and no routine of the site is called.
      if (request.kind === 'host') return found(request.name);
      if (request.kind === 'site-routine') return failed('routines of the site are not called');
      return request.kind === 'database' && request.database === 'general' ? answer(request.key) : absent;
    },
  );
}

/** Compiles and proves. */
export function proveText(text: PolicyText, general: General = {}): readonly ChannelProof[] {
  return proofOf(policyOf(text), general).channels;
}
