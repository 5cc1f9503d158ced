/*
 * Decides for each channel that strangers come in on whether they can relay.
 */
import type { Environment, Lookup } from '../../engine/index.js';
import { type CompiledPolicy, entryPointsOf, isSubmission } from '../../policy/index.js';
import type { WorkLimit } from '../inclusion/inclusion.js';
import type { ChannelProof, RelayProof } from './relay-proof.js';

/** Enough for the largest policies. */
const wholeWork = 50_000_000;

/** Proves that strangers cannot relay, or finds how they can. Never throws. */
export function* proveRelaying(
  { policy }: CompiledPolicy,
  _newEnvironment: () => Environment,
  _work: WorkLimit = { left: wholeWork },
): Lookup<RelayProof> {
  const channels = entryPointsOf(policy).map(
    ({ channel, port }): ChannelProof => ({
      channel,
      submission: isSubmission(port) ? port : null,
      closed: null,
      answer: 'not-decided',
      ways: [],
      doubts: [],
    }),
  );
  return { channels, restsOn: [], refusesAll: [] };
}
