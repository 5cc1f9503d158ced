/*
 * The short notation of a configuration, as pmdf.cnf text:
 *   a $U@a; b $U@b; channels a_channel{a,e} b_channel 733 {b, f=proper}
 * Rules first, then channels with their hosts; keywords may come before the brace. A local channel is added.
 * The notation comes from the manual's example of a whole file, whose two channels write routes in different ways;
 * where it leaves their keywords out, those of the example are meant.
 * Ref: PMDF 2.4.1
 */
import { VectorProblem } from '../vector.js';

const channelKeyword = /^channels\b\s*/;
const channelForm = /([a-z0-9_$]+)\s*([^{}]*)\{([^{}]*)\}\s*/gy;

/** The keywords of the example's channels. */
const exampleKeywords: ReadonlyMap<string, string> = new Map([
  ['a_channel', '822'],
  ['b_channel', '733 network'],
]);

function channelBlocks(text: string): readonly string[] {
  const blocks: string[] = [];
  let end = 0;
  let hasLocal = false;
  for (const match of text.matchAll(channelForm)) {
    const [whole, name = '', written = '', inside = ''] = match;
    const keywords = written.trim() === '' ? (exampleKeywords.get(name) ?? '') : written.trim();
    const hosts = inside.split(',').map((host) => host.trim().replace(/\s*=\s*/, ' '));
    blocks.push([`${name} ${keywords}`.trimEnd(), ...hosts].join('\n'));
    hasLocal ||= name === 'l';
    end = match.index + whole.length;
  }
  if (end < text.length || blocks.length === 0) {
    throw new VectorProblem(`the channels \`${text}\` are not of the form \`name{host,host} name{host}\``);
  }
  return hasLocal ? blocks : ['l\nlocal-host', ...blocks];
}

/** Writes the short notation out. */
export function expandShortConfiguration(text: string): string {
  const parts = text.split(';').map((part) => part.trim());
  const channels = parts.find((part) => channelKeyword.test(part));
  if (channels === undefined) throw new VectorProblem(`the configuration \`${text}\` has no \`channels\``);
  const rules = parts.filter((part) => part !== channels && part !== '');
  const blocks = channelBlocks(channels.replace(channelKeyword, ''));
  return [rules.join('\n'), ...blocks, ''].join('\n\n');
}
