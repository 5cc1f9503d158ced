/*
 * The hosts of a rewrite vector: local ones, and channels with their hosts. A routing system that it does not name has
 * no channel; the result still shows where the address would go.
 */

import { foldHost } from '../../../lib/address/domain.js';
import { buildChannelTable } from '../../../lib/channel/build-table.js';
import type { Channel } from '../../../lib/channel/channel.js';
import { parseChannelBlocks } from '../../../lib/channel/parse-channels.js';
import { compileChannels } from '../../../lib/policy/compiled-channel.js';
import type { HostTable, RoutingChannel, RoutingHost } from '../../../lib/rewrite/rewrite-context.js';
import { formatDiagnostic } from '../../../lib/text/diagnostic.js';
import { readLogicalLines } from '../../../lib/text/logical-lines.js';
import { isObject, isTexts, type Json } from '../json.js';
import { VectorProblem } from '../vector.js';
import type { VectorInput } from '../vector-input.js';
import { channelWith } from './channel-line.js';
import { fileOf } from './policy-text.js';

/** A channel as rewriting sees it. */
export function routingChannel(channel: Channel): RoutingChannel {
  const { channels } = compileChannels({ channels: new Map([[channel.name, channel]]), hosts: new Map() });
  const view = channels.get(channel.name);
  if (view === undefined) throw new VectorProblem(`the channel \`${channel.name}\` cannot be seen`);
  return view;
}

/** A channel of a name and the keywords of a field, as rewriting sees it; null without a name. */
export function namedChannel(name: string | null, keywords: readonly string[]): RoutingChannel | null {
  return name === null ? null : routingChannel(channelWith(name, keywords));
}

function hostLines(hosts: Json, name: string): readonly string[] {
  if (typeof hosts === 'string') return [hosts];
  if (isTexts(hosts)) return hosts;
  throw new VectorProblem(`the hosts of the channel \`${name}\` must be a list of texts`);
}

/** One channel block: hosts alone, or an object with `hosts` and `keywords`. */
function blockText(name: string, value: Json): string {
  const keywords = isObject(value) ? (value['keywords'] ?? '') : '';
  const hosts = hostLines(isObject(value) ? (value['hosts'] ?? []) : value, name);
  const words = typeof keywords === 'string' ? keywords : hostLines(keywords, name).join(' ');
  return [`${name} ${words}`.trim(), ...hosts].join('\n');
}

function writtenChannels(value: Json | undefined): HostTable {
  if (value === undefined) return { find: () => undefined };
  if (!isObject(value)) throw new VectorProblem('`input.channels` must be an object of channels');
  const blocks = Object.entries(value).map(([name, one]) => {
    const text = fileOf('pmdf.cnf', blockText(name, one));
    return readLogicalLines(text, () => undefined).value;
  });
  const parsed = parseChannelBlocks(blocks);
  const [wrong] = parsed.diagnostics.filter((one) => one.severity === 'error');
  if (wrong !== undefined) throw new VectorProblem(formatDiagnostic(wrong));
  return compileChannels(buildChannelTable(parsed.value).value).hosts;
}

/** Reads `localHosts` and `channels`. */
export function readHosts(input: VectorInput): HostTable {
  const local = routingChannel(channelWith('l', []));
  const localHosts = new Map<string, RoutingHost>(
    input.texts('localHosts').map((host) => [foldHost(host), { channel: local, properName: null }]),
  );
  const written = writtenChannels(input.value('channels'));
  return { find: (host) => localHosts.get(foldHost(host)) ?? written.find(host) };
}
