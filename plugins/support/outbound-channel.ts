/*
 * The channel by which a file of Haraka's queue leaves: what pmdf/deliver wrote into it, or found out in its second
 * pass; for files of others the channel that the recipient rewrites to.
 */
import { type Policy, processChannel, rewriteEnvelope } from '../../lib/policy/index.js';
import type { HarakaAddress, HarakaNotes } from '../haraka/types.js';
import { gateway } from './gateway.js';

/** A file of Haraka's queue. */
export interface QueueItem {
  readonly todo: {
    readonly notes: HarakaNotes;
    readonly mail_from: HarakaAddress;
    readonly rcpt_to: readonly HarakaAddress[];
    readonly domain: string;
  };
}

const settled = new WeakMap<object, string>();

/** Remembers the channel that a file was found to leave by. */
export function settleChannel(item: object, channel: string): void {
  settled.set(item, channel);
}

function channelInNotes(item: QueueItem): string | null {
  const notes = item.todo.notes.get('pmdf');
  if (typeof notes !== 'object' || notes === null) return null;
  const channel: unknown = Reflect.get(notes, 'channel');
  return typeof channel === 'string' ? channel : null;
}

/** The channel of a file as far as it is known; the process channels carry nothing themselves. */
export function knownChannel(item: QueueItem): string | null {
  const known = settled.get(item);
  if (known !== undefined) return known;
  const noted = channelInNotes(item);
  return noted === processChannel || noted === 'reprocess' ? null : noted;
}

/** Tells whether a file is about to go through its second pass, which gives it its channel. */
export function awaitsSecondPass(item: QueueItem): boolean {
  return gateway().isEnabled('deliver') && channelInNotes(item) !== null && knownChannel(item) === null;
}

/** Finds the channel of a file that nobody said anything of: where its first recipient rewrites to. */
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
