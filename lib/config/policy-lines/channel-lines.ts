/*
 * `channels`: channel blocks as lines of pmdf.cnf, in their order. The words are not interpreted here.
 *   - { name: ..., keywords: 'a b c' or [a, b, c], host: OFFICIAL, alias: ..., hosts: [host, { name: ..., proper: ... }] }
 *   - { defaults: 'a b c' or [a, b, c] }
 *   - { nodefaults: true }
 * Ref: PMDF 2.3.2, 2.3.5
 */
import type { LogicalLine } from '../../text/index.js';
import { listOf } from '../shapes/collections.js';
import { defaulting, optional, record, required } from '../shapes/record.js';
import { flag, written, writtenWord } from '../shapes/scalars.js';
import { either, mapped, type Shape, wrongType } from '../shapes/shape.js';
import type { YamlScalar } from '../yaml/yaml-node.js';
import { joinedLine, LineBuilder } from './line-builder.js';

const keywordsWanted = 'keywords, as one text or as a list';

const keywords: Shape<readonly YamlScalar[]> = either<readonly YamlScalar[]>(
  {
    nothing: { value: [] },
    scalar: mapped(written(keywordsWanted), (one) => [one]),
    sequence: listOf(written('a keyword'), keywordsWanted),
  },
  keywordsWanted,
);

/** A line of the word that `keySpan` points at, followed by keywords. */
const defaultsLine: Shape<LogicalLine> = mapped(keywords, (words, _node, { keySpan }) => {
  const line = new LineBuilder(keySpan.source).add('defaults', keySpan.offset);
  for (const word of words) line.addBlank().addScalar(word);
  return line.line();
});

const host = writtenWord('a host name');

const hostLine: Shape<LogicalLine> = either(
  {
    scalar: mapped(host, (name) => joinedLine([name])),
    mapping: mapped(
      record({
        name: required(host, 'The name of the host.'),
        proper: optional(host, 'The name that replaces it in an envelope To.'),
      }),
      ({ name, proper }) => joinedLine(proper === null ? [name] : [name, proper]),
    ),
  },
  'a host name',
);

type Block = readonly LogicalLine[];

const channel: Shape<Block> = mapped(
  record({
    name: required(writtenWord('the name of a channel'), 'The name of the channel.'),
    host: required(
      writtenWord('the official host name'),
      'The official host name of the channel.',
      '`host` is the official host name, such as `TCP-DAEMON`',
    ),
    keywords: defaulting(keywords, [], 'The keywords with their arguments.'),
    alias: optional(host, 'The name of the local host on this channel.'),
    hosts: defaulting(listOf(hostLine, 'a list of hosts'), [], 'Further hosts of the channel.'),
  }),
  (block, _node, { findings }) => {
    const reserved = block.name.text.toLowerCase();
    if (reserved === 'defaults' || reserved === 'nodefaults') {
      const hint =
        reserved === 'defaults' ? 'write `- defaults: [keyword, ...]`' : 'write `- nodefaults: true`';
      const message = `\`${reserved}\` is not a channel`;
      return findings.error(block.name.span, 'settings/channel', message, hint);
    }
    const hostNames: readonly [YamlScalar, ...YamlScalar[]] =
      block.alias === null ? [block.host] : [block.host, block.alias];
    return [joinedLine([block.name, ...block.keywords]), joinedLine(hostNames), ...block.hosts];
  },
);

const defaults: Shape<Block> = mapped(
  record({ defaults: required(defaultsLine, 'Keywords of all channels that follow.') }),
  (block) => [block.defaults],
);

const trueOnly: Shape<true> = mapped(
  flag,
  (value, { span }, { findings, path }) => {
    if (value) return value;
    const hint = 'leave it out: the defaults above then stay in force';
    return findings.error(span, 'settings/channel', `\`${path}\` can only be true`, hint);
  },
  { const: true },
);

const nodefaults: Shape<Block> = mapped(
  record({ nodefaults: required(trueOnly, 'Ends the defaults before it.') }),
  (_block, node) => {
    const key = node.kind === 'mapping' ? node.entries[0]?.keyScalar : undefined;
    return key && [joinedLine([key])];
  },
);

const block: Shape<Block> = {
  schema: { anyOf: [channel.schema, defaults.schema, nodefaults.schema] },
  read: (node, field) => {
    if (node.kind !== 'mapping') return wrongType(node, field, 'a channel with `name` and `host`');
    const has = (key: string): boolean => node.entries.some((entry) => entry.key === key);
    return (has('defaults') ? defaults : has('nodefaults') ? nodefaults : channel).read(node, field);
  },
};

/** Channel blocks, with `defaults` and `nodefaults` between them. */
export const channelBlocks: Shape<readonly Block[]> = listOf(block, 'a list of channels');
