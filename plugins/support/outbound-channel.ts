/*
 * The channel on which a file of Haraka's queue leaves: the one that pmdf/deliver wrote into it or found in its second pass;
 * for files of others the channel that the recipient rewrites to.
 */
import { isReprocessing, type Policy, processChannel, rewriteEnvelope } from '../../lib/policy/index.js';
import type { QueueItem } from '../haraka/index.js';
import { gateway } from './gateway.js';

const settled = new WeakMap<object, string>();

/** Notes the channel that a file was found to leave on. */
export function settleChannel(item: object, channel: string): void {
  settled.set(item, channel);
}

/** The channel in the notes `pmdf` of a file; null without one. */
export function channelIn(notes: unknown): string | null {
  if (typeof notes !== 'object' || notes === null) return null;
  const channel: unknown = Reflect.get(notes, 'channel');
  return typeof channel === 'string' ? channel : null;
}

function channelInNotes(item: QueueItem): string | null {
  return channelIn(item.todo.notes.get('pmdf'));
}

/** The channel of a file, if it is known; mail never leaves on the process channels. */
export function knownChannel(item: QueueItem): string | null {
  const known = settled.get(item);
  if (known !== undefined) return known;
  const noted = channelInNotes(item);
  return noted === null || isReprocessing(noted) ? null : noted;
}

/** Whether a file is about to go through its second pass, which gives it its channel. */
export function awaitsSecondPass(item: QueueItem): boolean {
  return gateway().isEnabled('deliver') && channelInNotes(item) !== null && knownChannel(item) === null;
}

/** Finds the channel of a file without notes: where its first recipient rewrites to. */
export async function findChannel(policy: Policy, item: QueueItem): Promise<string> {
  const [recipient] = item.todo.rcpt_to;
  if (recipient === undefined) throw new Error('the file has no recipient');
  const result = await gateway().decide(policy, (environment) =>
    rewriteEnvelope(
      policy,
      recipient.address,
      { direction: 'forward', sourceChannel: processChannel },
      environment,
    ),
  );
  switch (result.kind) {
    case 'routed':
      return result.channel.name;
    case 'no-channel':
    case 'ceiling':
      return policy.settings.listeners.default;
    case 'failed':
      throw new Error(result.cause);
  }
}
