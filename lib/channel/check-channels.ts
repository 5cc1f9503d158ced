/*
 * Checks that concern several channel blocks at once: names that occur twice, the place of the local channel,
 * keywords that name a channel, names with a role of their own.
 * Ref: PMDF 2.3.2, 2.3.2.3, 2.3.6
 */
import { foldDomain } from '../address/index.js';
import { type Diagnostic, errorAt, nearest, warningAt } from '../text/index.js';
import { checkAuthRewrite } from './auth-rewrite.js';
import { checkReservedName, isLocalChannelName } from './channel-names.js';
import { ignoredKeywords } from './ignored-keywords.js';
import { findKeyword } from './keywords.js';
import { type ChannelBlock, type ChannelFile, type KeywordItem, unquoted, type Word } from './syntax.js';

function channelsOf(file: ChannelFile): ChannelBlock[] {
  return file.blocks.filter((block) => block.kind === 'channel');
}

function duplicateChannels(channels: readonly ChannelBlock[]): Diagnostic[] {
  const first = new Map<string, Word>();
  const diagnostics: Diagnostic[] = [];
  for (const { name } of channels) {
    const key = name.text.toLowerCase();
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, name);
      continue;
    }
    diagnostics.push(
      errorAt(name.span, 'channel/duplicate-channel', `there are two channels named \`${name.text}\``, {
        related: [{ message: 'first defined here', span: earlier.span }],
      }),
    );
  }
  return diagnostics;
}

/** The names of a channel that go into the table; an alias equal to the official name does not count twice. */
function hostNames({ name, officialHost, hosts }: ChannelBlock): Word[] {
  const names = hosts.map((one) => one.name);
  if (officialHost === null) return names;
  const alias = officialHost.second;
  const official = foldDomain(officialHost.name.text);
  const ownAlias = alias !== null && isLocalChannelName(name.text) && foldDomain(alias.text) !== official;
  return ownAlias ? [officialHost.name, alias, ...names] : [officialHost.name, ...names];
}

function duplicateHosts(channels: readonly ChannelBlock[]): Diagnostic[] {
  const first = new Map<string, { host: Word; channel: Word }>();
  const diagnostics: Diagnostic[] = [];
  for (const channel of channels) {
    for (const host of hostNames(channel)) {
      const key = foldDomain(host.text);
      const earlier = first.get(key);
      if (earlier === undefined) {
        first.set(key, { host, channel: channel.name });
        continue;
      }
      diagnostics.push(
        errorAt(
          host.span,
          'channel/duplicate-host',
          `the host \`${host.text}\` occurs twice in the channel table`,
          {
            hint: 'leave it in one channel block only',
            related: [
              { message: `first in the channel \`${earlier.channel.text}\``, span: earlier.host.span },
            ],
          },
        ),
      );
    }
  }
  return diagnostics;
}

function localChannel(channels: readonly ChannelBlock[]): Diagnostic[] {
  const [first] = channels;
  if (first === undefined || isLocalChannelName(first.name.text)) return [];
  const local = channels.find((channel) => isLocalChannelName(channel.name.text));
  if (local === undefined) {
    const hint = 'begin the channel blocks with `l` and, on the next line, the name of this host';
    return [errorAt(first.name.span, 'channel/local-missing', 'there is no local channel', { hint })];
  }
  return [
    warningAt(
      local.name.span,
      'channel/local-first',
      `the local channel \`${local.name.text}\` is not the first channel`,
      {
        hint: 'move its block up; only `defaults` and `nodefaults` may come before it',
        related: [{ message: 'the first channel', span: first.name.span }],
      },
    ),
  ];
}

function unknownChannels(items: readonly KeywordItem[], known: ReadonlySet<string>): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const item of items) {
    const keyword = item.kind === 'keyword' ? findKeyword(item.keyword) : undefined;
    if (item.kind !== 'keyword' || keyword?.arguments.kind !== 'channel') continue;
    const report = keyword.honoured === 'yes' ? errorAt : warningAt;
    for (const argument of item.arguments) {
      const name = unquoted(argument);
      if (known.has(name)) continue;
      const near = nearest(name, known);
      const message = `\`${keyword.name}\` names the channel \`${name}\`, which does not exist`;
      const extra = near === undefined ? {} : { hint: `did you mean \`${near}\`?` };
      diagnostics.push(report(argument.span, 'channel/unknown-channel', message, extra));
    }
  }
  return diagnostics;
}

/** Reports everything that is wrong between blocks. */
export function checkChannels(file: ChannelFile): Diagnostic[] {
  const channels = channelsOf(file);
  const known = new Set(channels.map((channel) => channel.name.text));
  const items = file.blocks.flatMap((block) =>
    block.kind === 'channel' || block.kind === 'defaults' ? block.items : [],
  );
  return [
    ...localChannel(channels),
    ...duplicateChannels(channels),
    ...duplicateHosts(channels),
    ...channels.flatMap((channel) => checkReservedName(channel.name)),
    ...unknownChannels(items, known),
    ...ignoredKeywords(items),
    ...checkAuthRewrite(items),
  ];
}
