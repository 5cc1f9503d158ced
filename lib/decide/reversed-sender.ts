/*
 * The envelope From in the form that is shown to others: by the reverse database and the REVERSE mapping, for channels
 * with `reverse`, which is the default. Access tables see the form before.
 * Ref: PMDF 2.3.4.55, 3.3.2
 */
import { holdBars, inWireForm, isCarried, releaseBars } from '../address/index.js';
import { hasKeyword } from '../channel/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import { type ReverseAnswer, reverseAddress } from '../forwarding/index.js';
import { channelNamed, type Policy, siteTables } from '../policy/index.js';
import type { SenderDecision } from './decision.js';

/** Reverses an envelope From; the null path, and what SMTP could not carry afterwards, stay as they are. */
export function* reverseSender(
  policy: Policy,
  envelopeFrom: string,
  environment: Environment,
): Lookup<ReverseAnswer> {
  if (envelopeFrom === '') return { kind: 'answered', address: '', entries: [] };
  const answer = yield* reverseAddress(holdBars(envelopeFrom), {
    applyMapping: siteTables(policy, environment),
    hasDatabase: policy.settings.databases.reverse !== null,
    environment,
  });
  if (answer.kind === 'failed') return answer;
  const address = inWireForm(releaseBars(answer.address));
  return { ...answer, address: isCarried(address) ? address : envelopeFrom };
}

/** Gives the envelope From of a copy that goes to these channels: reversed when one of them asks for that. */
export function senderFor(policy: Policy, sender: SenderDecision, channels: readonly string[]): string {
  const reverses = channels.some((name) => !hasKeyword(channelNamed(policy, name), 'noreverse'));
  return reverses ? sender.reversedFrom : sender.envelopeFrom;
}
