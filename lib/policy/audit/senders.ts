/*
 * Who strangers say they are.
 */
import type { Path } from '../../address/address.js';
import type { Environment } from '../../lookup/environment.js';
import type { Lookup } from '../../lookup/lookup.js';
import { decideSender } from '../decide-sender.js';
import type { Policy } from '../policy.js';
import type { Session } from '../session.js';

/** A sender of whom nothing is known. */
export const mainSender = 'stranger@sender.invalid';

/** A sender, as said and as it goes on. */
export interface Sender {
  readonly said: string;
  readonly envelopeFrom: string;
}

function pathOf(address: string): Path {
  if (address === '') return { kind: 'null' };
  const at = address.lastIndexOf('@');
  return {
    kind: 'address',
    address: { route: [], localPart: address.slice(0, at), domain: address.slice(at + 1) },
  };
}

/** A stranger, nobody, and a stranger who pretends to be one of ours; without those that FROM_ACCESS turns away. */
export function* sendersOn(
  policy: Policy,
  session: Session,
  newEnvironment: () => Environment,
): Lookup<readonly Sender[]> {
  const senders: Sender[] = [];
  for (const said of [mainSender, '', `postmaster@${policy.localHost}`]) {
    const options = { tables: true };
    const decision = yield* decideSender(policy, session, pathOf(said), options, newEnvironment());
    if (decision.verdict.kind === 'accept') senders.push({ said, envelopeFrom: decision.envelopeFrom });
  }
  return senders;
}
