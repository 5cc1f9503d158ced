/*
 * Decides for each channel that strangers come in on whether they can relay.
 */
import type { Environment, Lookup } from '../../engine/index.js';
import { type CompiledPolicy, entryPointsOf } from '../../policy/index.js';
import type { WorkLimit } from '../inclusion/inclusion.js';
import { type DatabaseContents, nothingRead } from './database-contents.js';
import { proveChannel } from './prove-channel.js';
import type { ChannelProof, RelayProof } from './relay-proof.js';

/** Enough for the largest policies. */
const wholeWork = 50_000_000;

/** Proves that strangers cannot relay, or finds how they can. Never throws. */
export function* proveRelaying(
  compiled: CompiledPolicy,
  newEnvironment: () => Environment,
  work: WorkLimit = { left: wholeWork },
  contents: DatabaseContents = nothingRead,
): Lookup<RelayProof> {
  const channels: ChannelProof[] = [];
  for (const entryPoint of entryPointsOf(compiled.policy)) {
    channels.push(yield* proveChannel({ compiled, newEnvironment, contents, work }, entryPoint));
  }
  return { channels, restsOn: [], refusesAll: [] };
}
