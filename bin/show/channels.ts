/*
 * `pmdf show channels`: each channel with its hosts, its keywords and their origin, and how its mail leaves.
 */

import { hasKeyword, isDirectoryChannelName } from '../../lib/channel/index.js';
import { type DeliveryRoute, isReprocessing } from '../../lib/policy/index.js';
import { placeOf } from '../../lib/text/index.js';
import { brief, indent, type Paint, printColumns, withGaps } from '../support/index.js';
import { type ChannelView, channelViews, type KeywordView } from './channel-views.js';
import { type Part, pick } from './part.js';
import { printNextHop } from './setting-rows.js';

const origins = { channel: '', defaults: 'from defaults', language: '' } as const;
const mxUses = {
  random: 'MX records',
  ordered: 'MX records, in order among equals',
  none: 'address records',
} as const;
const widestList = 90;

const copies = {
  multiple: 'recipients share a copy',
  single_sys: 'one copy per domain',
  single: 'one copy per recipient',
} as const;

const ways = {
  discard: 'discarded',
  queue: "Haraka's queue",
  through: 'forwarded while the client waits',
} as const;

/** Where mail goes and in which copies; empty when it is discarded. */
function targetText(route: DeliveryRoute): string {
  if (route.method === 'discard') return '';
  if (isReprocessing(route.channel)) return 'then reprocessed';
  const inLmtp = route.protocol === 'lmtp' ? ', by LMTP' : '';
  const byDns = `to hosts found by ${mxUses[route.mx]}${route.port === null ? '' : `, port ${route.port}`}${inLmtp}`;
  const withoutHop = route.method === 'queue' ? byDns : 'to the server of the queue plugin';
  return [
    route.nextHop === null ? withoutHop : `to ${printNextHop(route.nextHop)}`,
    ...(route.lastResort === null ? [] : [`as a last resort to ${route.lastResort}`]),
    ...(route.localAddress === null ? [] : [`from ${route.localAddress}`]),
    copies[route.method === 'through' ? route.directCopies : route.copies],
  ].join(', ');
}

/** How mail leaves, and where to. */
export function deliveryWords({ channel, delivery }: ChannelView): readonly string[] {
  if (isDirectoryChannelName(channel.name) && hasKeyword(channel, 'inline'))
    return ['none: what is found is rewritten at once'];
  const target = targetText(delivery);
  return [ways[delivery.method], ...(target === '' ? [] : [target])];
}

/** The target has a row of its own, without a place. */
function deliveryRows(view: ChannelView): string[][] {
  const [way = '', target] = deliveryWords(view);
  const { channel, deliverySpan } = view;
  const isInline = isDirectoryChannelName(channel.name) && hasKeyword(channel, 'inline');
  return [
    ['delivery', way, deliverySpan === null || isInline ? '' : brief(placeOf(deliverySpan))],
    ...(target === undefined ? [] : [['', brief(target)]]),
  ];
}

function hostRows({ channel }: ChannelView): [string, string, string][] {
  return channel.hosts.map(({ name, properName, span }, index) => [
    index === 0 ? 'hosts' : '',
    brief(`${name} is ${properName ?? channel.officialHostName}`),
    brief(placeOf(span)),
  ]);
}

function keywordRow(view: KeywordView, index: number): [string, string, string, string] {
  const place = view.span === null ? '' : brief(placeOf(view.span));
  const from = [place, origins[view.from]].filter((one) => one !== '').join(' ');
  return [
    index === 0 ? 'keywords' : '',
    brief([view.keyword, ...view.arguments].join(' ')),
    from,
    view.counts ? '' : 'no effect here',
  ];
}

/** Words in lines of a readable length. */
function wrapped(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length >= widestList) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

function channelText(view: ChannelView, otherPorts: string, paint: Paint): string[] {
  const { channel, groupIds, listeners } = view;
  const rows = [
    ['official host', brief(channel.officialHostName)],
    ...(channel.localHostAlias === null ? [] : [['local host alias', brief(channel.localHostAlias)]]),
    ...hostRows(view),
    ...(listeners.length === 0
      ? []
      : [
          [
            'starts here',
            listeners.map((one) => (one === 'default' ? otherPorts : `port ${one}`)).join(', '),
          ],
        ]),
    ...deliveryRows(view),
    ...view.keywords.filter(({ from }) => from !== 'language').map(keywordRow),
    ...groupIds.map(({ word, from, span }, index) => [
      index === 0 ? 'group ids' : '',
      brief(word),
      [brief(placeOf(span)), origins[from]].filter((one) => one !== '').join(' '),
      'no effect here',
    ]),
    ...wrapped(view.keywords.flatMap(({ from, keyword }) => (from === 'language' ? [keyword] : []))).map(
      (line, index) => [index === 0 ? 'by default' : '', line],
    ),
  ];
  return [
    `${paint.bold(brief(channel.name))}  ${paint.dim(brief(placeOf(channel.span)))}`,
    ...indent(printRows(rows, paint)),
  ];
}

/** Prints rows. Rows of two cells do not widen the columns, so that the places of the others stay near. */
function printRows(rows: readonly (readonly string[])[], paint: Paint): string[] {
  const isLong = (row: readonly string[]): boolean => row.length === 2;
  const short = printColumns(
    rows.map((row) => (isLong(row) ? [row[0] ?? '', ''] : row)),
    [paint.dim],
  );
  const width = rows.reduce((most, [first = '']) => Math.max(most, first.length), 0) + 2;
  return rows.map((row, index) =>
    isLong(row) ? `${paint.dim((row[0] ?? '').padEnd(width))}${row[1]}` : (short[index] ?? ''),
  );
}

function channelJson({
  channel,
  keywords,
  groupIds,
  delivery,
  deliverySpan,
  listeners,
}: ChannelView): object {
  return {
    name: channel.name,
    place: placeOf(channel.span),
    officialHostName: channel.officialHostName,
    localHostAlias: channel.localHostAlias,
    hosts: channel.hosts.map(({ name, properName, span }) => ({ name, properName, place: placeOf(span) })),
    listeners,
    keywords: keywords.map(({ keyword, arguments: words, from, span, counts }) => ({
      keyword,
      arguments: words,
      from,
      place: span === null ? null : placeOf(span),
      counts,
    })),
    groupIds: groupIds.map(({ word, from, span }) => ({ word, from, place: placeOf(span) })),
    delivery: {
      ...delivery,
      nextHop: delivery.nextHop === null ? null : printNextHop(delivery.nextHop),
      place: deliverySpan === null ? null : placeOf(deliverySpan),
    },
  };
}

export const channelsPart: Part = {
  name: 'channels',
  key: 'channels',
  title: 'channels',
  show: ({ compiled }, names) => {
    const otherPorts = compiled.settings.listeners.ports.size === 0 ? 'every port' : 'every other port';
    const views = pick(channelViews(compiled), (view) => view.channel.name, names, 'channel');
    return {
      json: views.map(channelJson),
      text: (paint) => withGaps(views.map((view) => channelText(view, otherPorts, paint))),
    };
  },
};
