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
  type Report,
  UnknownName,
  withWorld,
} from '../support/index.js';
import { openFolders } from './folders.js';
import { reachingHaraka } from './reach-haraka.js';

function checkChannel({ channels }: Policy, name: string): void {
  const known = [...channels.channels.keys()];
  if (known.includes(name)) return;
  throw new UnknownName(`there is no channel ${quoted(name)}`, nearestHint(name, known, null));
}

async function told(given: Arguments, channel: string, text: string, isChanged: boolean): Promise<Report> {
  await tellOfChannels(openFolders(given).queue);
  return goodReport({ channel, changed: isChanged }, [`the channel ${channel} ${text}`]);
}

const isQueuePlugins = 'is delivered by a queue plugin, not from the queue: it cannot be stopped here';

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
  run: async (given) =>
    await reachingHaraka(given, async () => {
      const [channel = ''] = given.words;
      const canStop = await withWorld(given, async (world) => {
        const policy = world.policy();
        checkChannel(policy, channel);
        return canRest(policy, deliveryRoute(policy, channel));
      });
      if (!canStop) return failedReport({ channel }, `the channel ${channel} ${isQueuePlugins}`);
      const isNew = noteStopped(openFolders(given).queue, channel);
      return await told(given, channel, isNew ? 'is stopped' : 'was stopped already', isNew);
    }),
};

export const queueStart: Command = {
  name: 'queue start',
  summary: 'send the mail of a stopped channel',
  operands: 'CHANNEL',
  words: { least: 1, most: 1 },
  options: [...configurationOptions],
  about: ['The mail that rested is tried at once.'],
  run: async (given) =>
    await reachingHaraka(given, async () => {
      const [channel = ''] = given.words;
      const wasStopped = noteStarted(openFolders(given).queue, channel);
      return await told(given, channel, wasStopped ? 'is started' : 'was not stopped', wasStopped);
    }),
};
