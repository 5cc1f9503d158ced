/*
 * Checks the settings under `delivery` against the channels that they are for.
 * Ref: PMDF 26.7
 */
import {
  argumentOf,
  type Channel,
  type ChannelTable,
  hasKeyword,
  isChannelName,
  isLocalChannelName,
  isReservedChannelName,
  isSmtpChannel,
} from '../channel/index.js';
import type { SettingsFile } from '../config/index.js';
import { type Diagnostic, errorAt, warningAt } from '../text/index.js';
import { bitbucketChannel } from './delivery-route.js';
import { isReprocessing } from './reprocessing.js';

/** Whether the keywords name a server. */
function hasDaemon(channel: Channel): boolean {
  return (argumentOf(channel, 'daemon')?.toLowerCase() ?? 'router') !== 'router';
}

/** Finds settings that contradict the keyword `lmtp`. */
function checkLmtp({ delivery, places }: SettingsFile, table: ChannelTable): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const [name, { method, nextHop }] of delivery.channels) {
    const span = places.get(`delivery.${name}`);
    const channel = table.channels.get(name);
    if (span === undefined || channel === undefined || !hasKeyword(channel, 'lmtp')) continue;
    if (nextHop?.protocol === 'smtp') {
      const message = `channel \`${name}\` has the keyword \`lmtp\`, and its next hop speaks SMTP`;
      const hint = 'write `lmtp://host:port`, or remove the keyword or the next hop';
      diagnostics.push(errorAt(span, 'policy/lmtp-next-hop', message, { hint }));
    } else if (method === 'through' && nextHop === null && !hasDaemon(channel)) {
      const message = `channel \`${name}\` has the keyword \`lmtp\` and no next hop: queue plugins do not speak LMTP`;
      const hint = 'write `next_hop: lmtp://host:port`, or `method: queue`';
      diagnostics.push(errorAt(span, 'policy/lmtp-through', message, { hint }));
    }
  }
  return diagnostics;
}

/** Tells whether a channel was of a program of its own, such as a message store, and nothing says where its mail goes. */
function lacksNextHop({ delivery }: SettingsFile, channel: Channel): boolean {
  const { name } = channel;
  if (!isChannelName(name) || isLocalChannelName(name)) return false;
  if (isReservedChannelName(name) || isReprocessing(name)) return false;
  if (name === bitbucketChannel || isSmtpChannel(channel) || hasKeyword(channel, 'lmtp')) return false;
  return !delivery.channels.has(name) && argumentOf(channel, 'daemon') === undefined;
}

/** Reports such channels: their mail is sent to the hosts that its addresses name, which seldom is meant. */
function checkPrograms(settings: SettingsFile, table: ChannelTable): Diagnostic[] {
  const lacking = [...table.channels.values()].filter((channel) => lacksNextHop(settings, channel));
  const [first] = lacking;
  if (first === undefined) return [];
  const names = lacking.map(({ name }) => `\`${name}\``).join(', ');
  const message = `this gateway has no program for ${names}: mail goes to the hosts that its addresses name`;
  const hint = `name a server, \`lmtp daemon HOST port 24\` or \`smtp daemon HOST\`, or \`delivery: { ${first.name}: ... }\` in pmdf.yaml`;
  return [warningAt(first.span, 'policy/no-next-hop', message, { hint })];
}

/** Finds settings for channels that deliver nothing, those that contradict keywords, and channels without a server. */
export function checkDelivery(settings: SettingsFile, table: ChannelTable): Diagnostic[] {
  return [
    ...checkNothingDelivered(settings, table),
    ...checkLmtp(settings, table),
    ...checkPrograms(settings, table),
  ];
}

function checkNothingDelivered({ delivery, places }: SettingsFile, table: ChannelTable): Diagnostic[] {
  return [...delivery.channels.keys()].flatMap((name) => {
    const span = places.get(`delivery.${name}`);
    const reprocesses = isReprocessing(name);
    if (span === undefined || !table.channels.has(name) || !(reprocesses || name === bitbucketChannel))
      return [];
    const what = reprocesses ? 'reprocesses its mail' : 'discards its mail';
    const message = `the channel \`${name}\` delivers nothing: it ${what}`;
    return [errorAt(span, 'policy/no-delivery', message, { hint: 'remove this setting' })];
  });
}
