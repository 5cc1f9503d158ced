/*
 * The contents of pmdf.cnf, or a part of it, under the names that vectors use.
 */

import { buildChannelTable } from '../../../lib/channel/build-table.js';
import type { Channel } from '../../../lib/channel/channel.js';
import { findKeyword } from '../../../lib/channel/keywords.js';
import { parseChannelBlocks } from '../../../lib/channel/parse-channels.js';
import { splitPmdfCnf } from '../../../lib/config/pmdf-cnf.js';
import { printPattern, printTemplate } from '../../../lib/rewrite/print-rules.js';
import { rulesOf } from '../../../lib/rewrite/rule.js';
import { type Diagnostic, formatDiagnostic } from '../../../lib/text/diagnostic.js';
import { type LogicalLine, readLogicalLines } from '../../../lib/text/logical-lines.js';
import { parseRules } from '../../support/language.js';
import type { Actual } from '../compare.js';
import { isTexts, type Json, type JsonObject } from '../json.js';
import { VectorProblem } from '../vector.js';
import { channelOfLine } from './channel-line.js';
import { fileOf } from './policy-text.js';

/** The findings, and diagnostics to explain a failure. */
export interface Described {
  readonly actual: Actual;
  readonly remarks: readonly string[];
}

/** The value of the key `error`: whether there is one (true, false), or which (its code or its message). */
function errorAs(wanted: Json | undefined, diagnostics: readonly Diagnostic[]): Json {
  const error = diagnostics.find((one) => one.severity === 'error');
  if (typeof wanted === 'boolean') return error !== undefined;
  if (error === undefined) return null;
  return typeof wanted === 'string' && wanted === error.code ? error.code : error.message;
}

function written({ keyword, arguments: words }: { keyword: string; arguments: readonly string[] }): string {
  return [keyword, ...words].join(' ');
}

/** The keyword in effect on a channel for the same setting as another one. */
function inForceFor(channel: Channel, asked: string): string | null {
  const keyword = findKeyword(asked.split(' ')[0] ?? '');
  if (keyword === undefined) throw new VectorProblem(`\`${asked}\` is not a channel keyword`);
  const own = channel.keywords.get(keyword.name);
  if (own !== undefined) return asked.includes(' ') ? written(own) : own.keyword;
  const rival = [...channel.keywords.values()].find((one) =>
    findKeyword(one.keyword)?.settings.some((setting) => keyword.settings.includes(setting)),
  );
  return rival?.keyword ?? null;
}

/** For each channel that a vector names: the keywords in effect for those it names. */
function keywordsExpected(channels: Iterable<Channel>, expected: JsonObject): Actual {
  const answers: [string, Json][] = [];
  for (const channel of channels) {
    const asked = expected[channel.name];
    if (typeof asked === 'string') answers.push([channel.name, inForceFor(channel, asked)]);
    if (isTexts(asked)) answers.push([channel.name, asked.map((one) => inForceFor(channel, one))]);
  }
  return Object.fromEntries(answers);
}

function describeRules(lines: readonly LogicalLine[], wanted: Json | undefined) {
  const { value, diagnostics } = parseRules(lines);
  const rules = rulesOf(value);
  const patterns = rules.map(({ pattern }) => printPattern(pattern));
  const withTemplates = rules.map(
    ({ pattern, template }) => `${printPattern(pattern)} ${printTemplate(template)}`,
  );
  const texts = isTexts(wanted) && wanted.some((one) => one.includes(' ')) ? withTemplates : patterns;
  return { rules: isTexts(wanted) ? texts : rules.length, patterns, diagnostics };
}

/** The contents of a file, or of one section of it: `rules` or `channels`. */
export function describeFile(
  text: string,
  section: string,
  includes: ReadonlyMap<string, string>,
  expected: JsonObject,
): Described {
  if (!['file', 'rules', 'channels'].includes(section)) {
    throw new VectorProblem(`there is no section \`${section}\`, only \`rules\` and \`channels\``);
  }
  // The blank line ends an empty list of rules.
  const source = fileOf('pmdf.cnf', section === 'channels' ? `\n${text}` : text);
  const lines = readLogicalLines(source, (name) => {
    const included = includes.get(name);
    return included === undefined ? undefined : fileOf(name, included);
  });
  const parts = splitPmdfCnf(lines.value, source);
  const { rules, patterns, diagnostics: ofRules } = describeRules(parts.ruleLines, expected['rules']);
  const parsed = parseChannelBlocks(parts.blocks);
  const table = buildChannelTable(parsed.value);
  const ofParts = section === 'file' ? parts.diagnostics : [];
  const ofChannels = [...parsed.diagnostics, ...table.diagnostics];
  const diagnostics = [
    ...lines.diagnostics,
    ...ofParts,
    ...ofRules,
    ...(section === 'rules' ? [] : ofChannels),
  ];
  const channels = [...table.value.channels.values()];
  return {
    actual: {
      rules,
      patterns,
      channels: channels.map(({ name }) => name),
      hosts: [...table.value.hosts.keys()],
      error: errorAs(expected['error'], diagnostics),
      errors: diagnostics.filter((one) => one.severity === 'error').length,
      comments: lines.value.filter((line) => line.kind === 'comment').length,
      ...keywordsExpected(channels, expected),
    },
    remarks: diagnostics.map(formatDiagnostic),
  };
}

/** The channel that mail comes in on under a whole file: tcp_local, or else the first channel. */
export function initialChannelOf(cnf: string): string {
  const source = fileOf('pmdf.cnf', cnf);
  const { blocks } = splitPmdfCnf(readLogicalLines(source, () => undefined).value, source);
  const names = [...buildChannelTable(parseChannelBlocks(blocks).value).value.channels.keys()];
  return names.find((name) => name === 'tcp_local') ?? names[0] ?? 'l';
}

/** The kind of one line of the file. */
export function describeLine(text: string): Actual {
  const { value } = readLogicalLines(fileOf('pmdf.cnf', text), () => undefined);
  const [line] = value;
  const comment = line?.kind === 'comment';
  const blank = line === undefined ? text.trim() === '' : line.kind === 'blank';
  const rule = line?.kind === 'text' ? rulesOf(parseRules([line]).value)[0] : undefined;
  return {
    comment,
    blank,
    kind: line?.kind ?? (blank ? 'blank' : 'include'),
    rule: rule !== undefined,
    pattern: rule === undefined ? null : printPattern(rule.pattern),
    template: rule === undefined ? null : printTemplate(rule.template),
  };
}

/** The contents of the first line of a channel block. A key that is a keyword gives it or its arguments. */
export function describeChannelLine(text: string, expected: JsonObject): Described {
  const { channel, block, diagnostics } = channelOfLine(text);
  const said = block.items.flatMap((item) =>
    item.kind === 'keyword'
      ? [written({ keyword: item.keyword, arguments: item.arguments.map((one) => one.text) })]
      : [],
  );
  const asked = Object.entries(expected).flatMap(([key, wanted]): [string, Json][] => {
    const keyword = findKeyword(key);
    if (keyword === undefined) return [];
    const words = channel.keywords.get(keyword.name)?.arguments ?? null;
    if (typeof wanted === 'boolean') return [[key, words !== null]];
    if (typeof wanted === 'number') return [[key, words === null ? null : Number(words.join(' '))]];
    return [[key, isTexts(wanted) || words === null ? words : words.join(' ')]];
  });
  return {
    actual: {
      channel: channel.name,
      name: channel.name,
      keywords: said,
      groupIds: channel.groupIds,
      error: errorAs(expected['error'], diagnostics),
      warnings: diagnostics.filter((one) => one.severity === 'warning').length,
      ...Object.fromEntries(asked),
    },
    remarks: diagnostics.map(formatDiagnostic),
  };
}
