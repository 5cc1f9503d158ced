/*
 * Channels as the gateway reads them: every keyword in force with its origin, the words that are not keywords, the hosts, and
 * how mail leaves.
 * Ref: PMDF 2.3.2, 2.3.5
 */
import {
  type Channel,
  compoundKeywords,
  findKeyword,
  type KeywordInForce,
  type KeywordItem,
  type SettledBlock,
  settledBlocks,
} from '../../lib/channel/index.js';
import { type CompiledPolicy, type DeliveryRoute, deliveryRoute } from '../../lib/policy/index.js';
import type { Span } from '../../lib/text/index.js';

/** The origin of a word: the channel itself, a `defaults` line before it, or PMDF's own defaults. */
export type WordOrigin = 'channel' | 'defaults' | 'language';

/** A keyword in force. */
export interface KeywordView {
  readonly keyword: string;
  readonly arguments: readonly string[];
  readonly from: WordOrigin;
  /** Null for a default of PMDF. */
  readonly span: Span | null;
  /** Whether it has an effect here. */
  readonly counts: boolean;
}

/** A word that is not a keyword. */
export interface GroupIdView {
  readonly word: string;
  readonly from: WordOrigin;
  readonly span: Span;
}

/** A channel with everything that is shown of it. */
export interface ChannelView {
  readonly channel: Channel;
  /** In the order of the channel's line, then of the defaults, then those of PMDF that have an effect. */
  readonly keywords: readonly KeywordView[];
  readonly groupIds: readonly GroupIdView[];
  readonly delivery: DeliveryRoute;
  /** Where delivery is set in pmdf.yaml; null when keywords and the kind of the channel decide. */
  readonly deliverySpan: Span | null;
  /** The ports whose connections start on it; `default` for all ports that are not listed. */
  readonly listeners: readonly string[];
}

/** Only the written form of a compound keyword: the compound when both halves come from one word, or else the halves. */
function withoutRepetitions(inForce: Channel['keywords']): KeywordInForce[] {
  const left = new Map(inForce);
  for (const { name, halves } of compoundKeywords) {
    const [server, client] = halves.map((half) => inForce.get(half));
    if (server === undefined || client === undefined || !inForce.has(name)) continue;
    if (server.span === client.span) for (const half of halves) left.delete(half);
    else left.delete(name);
  }
  return [...left.values()];
}

const originOrder: readonly WordOrigin[] = ['channel', 'defaults', 'language'];

function keywordViews(channel: Channel, own: ReadonlySet<Span>): KeywordView[] {
  const views = withoutRepetitions(channel.keywords).map(
    ({ keyword, arguments: words, span }): KeywordView => {
      const from = span === null ? 'language' : own.has(span) ? 'channel' : 'defaults';
      const counts = findKeyword(keyword)?.honoured === 'yes';
      return { keyword, arguments: words, from, span, counts };
    },
  );
  return views
    .filter((view) => view.from !== 'language' || view.counts)
    .sort(
      (one, other) =>
        originOrder.indexOf(one.from) - originOrder.indexOf(other.from) ||
        (one.span?.offset ?? 0) - (other.span?.offset ?? 0),
    );
}

function groupIdViews({ block, defaults }: SettledBlock): GroupIdView[] {
  const viewsOf = (items: readonly KeywordItem[], from: WordOrigin): GroupIdView[] =>
    items.flatMap((item) =>
      item.kind === 'group-id' ? [{ word: item.word.text, from, span: item.word.span }] : [],
    );
  return [...viewsOf(block.items, 'channel'), ...viewsOf(defaults, 'defaults')];
}

function listenersOf({ settings }: CompiledPolicy, name: string): string[] {
  const { default: initial, ports } = settings.listeners;
  const named = [...ports].filter(([, channel]) => channel === name).map(([port]) => String(port));
  return initial === name ? ['default', ...named] : named;
}

/** All channels, in the order of the file. */
export function channelViews(compiled: CompiledPolicy): readonly ChannelView[] {
  const { policy } = compiled;
  return settledBlocks(compiled.channels).flatMap((one) => {
    const channel = policy.channels.channels.get(one.name);
    if (channel === undefined) return [];
    const own = new Set(one.block.items.flatMap((item) => (item.kind === 'broken' ? [] : [item.word.span])));
    return [
      {
        channel,
        keywords: keywordViews(channel, own),
        groupIds: groupIdViews(one),
        delivery: deliveryRoute(policy, channel.name),
        deliverySpan: compiled.settings.places.get(`delivery.${channel.name}`) ?? null,
        listeners: listenersOf(compiled, channel.name),
      },
    ];
  });
}
