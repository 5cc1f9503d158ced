/*
 * `pmdf queue stop|start CHANNEL`.
 * Ref: PMDF qm (stop, start)
 */
import { canRest, deliveryRoute, type Policy } from '../../lib/policy/index.js';
import { noteStarted, noteStopped, tellOfChannels } from '../../runtime/queue/index.js';
import {
  type Arguments,
  type Command,
  configurationOptions,
  failedReport,
  goodReport,
  nearestHint,
  quoted,
  UnknownName,
  visible,
  withWorld,
} from '../support/index.js';
import { openFolders } from './folders.js';
import { reachingHaraka } from './reach-haraka.js';

function checkChannel({ channels }: Policy, name: string): void {
  const known = [...channels.channels.keys()];
  if (known.includes(name)) return;
  throw new UnknownName(`there is no channel ${quoted(name)}`, nearestHint(name, known, null));
}

const isQueuePlugins = 'is delivered by a queue plugin, not from the queue: it cannot be stopped here';

/** A channel that was stopped or started, or why it was not. */
export interface Switched {
  readonly text: string;
  readonly kind: 'changed' | 'as before' | 'refused';
}

/** Stops a channel, and tells Haraka. Throws UnknownName; rejects with NotReachable. */
export async function stopChannel(given: Arguments, channel: string): Promise<Switched> {
  const canStop = await withWorld(given, async (world) => {
    const policy = world.policy();
    checkChannel(policy, channel);
    return canRest(policy, deliveryRoute(policy, channel));
  });
  if (!canStop) return { text: `the channel ${channel} ${isQueuePlugins}`, kind: 'refused' };
  const { queue } = openFolders(given);
  const isNew = noteStopped(queue, channel);
  await tellOfChannels(queue);
  return isNew
    ? { text: `the channel ${channel} is stopped`, kind: 'changed' }
    : { text: `the channel ${channel} was stopped already`, kind: 'as before' };
}

/** Starts a channel, and tells Haraka. Rejects with NotReachable. */
export async function startChannel(given: Arguments, channel: string): Promise<Switched> {
  const { queue } = openFolders(given);
  const wasStopped = noteStarted(queue, channel);
  await tellOfChannels(queue);
  return wasStopped
    ? { text: `the channel ${channel} is started`, kind: 'changed' }
    : { text: `the channel ${visible(channel)} was not stopped`, kind: 'as before' };
}

function run(change: (given: Arguments, channel: string) => Promise<Switched>): Command['run'] {
  return async (given) =>
    await reachingHaraka(given, async () => {
      const [channel = ''] = given.words;
      const { text, kind } = await change(given, channel);
      if (kind === 'refused') return failedReport({ channel, changed: false }, text);
      return goodReport({ channel, changed: kind === 'changed' }, [text]);
    });
}

export const queueStop: Command = {
  name: 'queue stop',
  summary: 'let the mail of a channel rest in the queue',
  operands: 'CHANNEL',
  words: { least: 1, most: 1 },
  options: [...configurationOptions],
  about: [
    'Nothing more is sent on the channel, and no attempts are counted, until it is started; what is being sent is finished. Also mail',
    'that is delivered while the client waits goes to the queue. The channel stays stopped when Haraka restarts.',
  ],
  run: run(stopChannel),
};

export const queueStart: Command = {
  name: 'queue start',
  summary: 'send the mail of a stopped channel',
  operands: 'CHANNEL',
  words: { least: 1, most: 1 },
  options: [...configurationOptions],
  about: ['The mail that rested is tried at once.'],
  run: run(startChannel),
};
