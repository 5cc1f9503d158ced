/*
 * The values of a file of cases: text, words, numbers, addresses, with findings of their own. Nothing is coerced but what
 * is plainly meant: `auth: 733` is text.
 */
import { canonicalAddress } from '../../lib/address/index.js';
import {
  described,
  type Findings,
  isNothing,
  quoted,
  type YamlEntry,
  type YamlMapping,
  type YamlNode,
} from '../../lib/config/index.js';
import { nearest, type Span } from '../../lib/text/index.js';

/** A value being read: what it is called, such as `expect.code`, and where to point when nothing is written. */
export interface Named {
  readonly name: string;
  readonly keySpan: Span;
  readonly findings: Findings;
}

function spanOf(node: YamlNode, { keySpan }: Named): Span {
  return node.span.length === 0 ? keySpan : node.span;
}

/** Reports a value of the wrong kind. */
export function wrongKind(node: YamlNode, named: Named, wanted: string, hint?: string): undefined {
  const message = `\`${named.name}\` must be ${wanted}, not ${described(node)}`;
  return named.findings.error(spanOf(node, named), 'cases/type', message, hint);
}

/** The name of a value below another. */
export function under(named: Named, entry: YamlEntry): Named {
  const name = named.name === '' ? entry.key : `${named.name}.${entry.key}`;
  return { ...named, name, keySpan: entry.keySpan };
}

/** Takes a mapping with known keys; the others are reported, with the nearest one that is known. */
export function knownKeys(
  node: YamlNode,
  named: Named,
  known: readonly string[],
  hints: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, YamlEntry> | undefined {
  if (node.kind !== 'mapping') return wrongKind(node, named, `a mapping with ${listed(known)}`);
  const entries = new Map<string, YamlEntry>();
  for (const entry of node.entries) {
    if (known.includes(entry.key)) entries.set(entry.key, entry);
    else named.findings.error(...unknown(entry, named, known, hints));
  }
  return entries;
}

function listed(words: readonly string[]): string {
  const all = words.slice(0, 6).map((word) => `\`${word}\``);
  if (words.length > 6) return `${all.join(', ')}, ...`;
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}

function unknown(
  entry: YamlEntry,
  { name }: Named,
  known: readonly string[],
  hints: ReadonlyMap<string, string>,
): [Span, 'cases/unknown-key', string, string] {
  const near = nearest(entry.key, known);
  const hint =
    hints.get(entry.key) ??
    (near === undefined ? `known are ${listedAll(known)}` : `did you mean \`${near}\`?`);
  const where = name === '' ? 'key' : `key of \`${name}\``;
  return [entry.keySpan, 'cases/unknown-key', `unknown ${where}: ${quoted(entry.key)}`, hint];
}

function listedAll(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ');
}

/** Takes text on one line that is not empty. */
export function textValue(node: YamlNode, named: Named, wanted = 'text'): string | undefined {
  if (node.kind !== 'scalar' || node.value === null) return wrongKind(node, named, wanted);
  if (node.text.trim() === '') {
    return named.findings.error(spanOf(node, named), 'cases/type', `\`${named.name}\` is empty`);
  }
  if (!/[\r\n]/.test(node.text)) return node.text;
  return named.findings.error(node.span, 'cases/type', `\`${named.name}\` must fit on one line`);
}

/** Takes an address of an envelope; the empty string and `<>` are the null path. */
export function pathValue(node: YamlNode, named: Named): string | undefined {
  if (node.kind === 'scalar' && node.value === '') return '';
  if (isNothing(node)) return wrongKind(node, named, 'an address', "write `''` for the null path");
  return textValue(node, named, 'an address');
}

/** Takes one path, or a list of them. */
export function pathValues(node: YamlNode, named: Named): readonly string[] | undefined {
  if (node.kind === 'mapping') return wrongKind(node, named, 'an address or a list of addresses');
  const items = node.kind === 'sequence' ? node.items : [node];
  if (items.length === 0) return wrongKind(node, named, 'an address or a list of addresses');
  const paths = items.map((item) => pathValue(item, named));
  const found = paths.filter((path) => path !== undefined);
  return found.length === paths.length ? found : undefined;
}

/** Takes true or false. */
export function flagValue(node: YamlNode, named: Named): boolean | undefined {
  if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
  const isYes = node.kind === 'scalar' && /^(?:yes|on)$/i.test(node.text);
  const isNo = node.kind === 'scalar' && /^(?:no|off)$/i.test(node.text);
  const hint = isYes ? 'write `true`' : isNo ? 'write `false`' : undefined;
  return wrongKind(node, named, 'true or false', hint);
}

/** Takes a whole number within limits. */
export function numberValue(node: YamlNode, named: Named, least: number, most: number): number | undefined {
  const wanted = `a whole number from ${least} to ${most}`;
  if (node.kind !== 'scalar' || typeof node.value !== 'number' || !Number.isInteger(node.value)) {
    return wrongKind(node, named, wanted);
  }
  if (node.value >= least && node.value <= most) return node.value;
  const message = `\`${named.name}\` must be ${wanted}, not ${quoted(node.text)}`;
  return named.findings.error(node.span, 'cases/range', message);
}

/** Takes one of some words. */
export function wordValue<const T extends string>(
  node: YamlNode,
  named: Named,
  words: readonly T[],
): T | undefined {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return wrongKind(node, named, listed(words));
  const { text } = node;
  const word = words.find((one) => one === text);
  if (word !== undefined) return word;
  const near = nearest(text, words);
  const message = `\`${named.name}\` must be ${listed(words)}, not ${quoted(text)}`;
  const hint = near === undefined ? undefined : `did you mean \`${near}\`?`;
  return named.findings.error(spanOf(node, named), 'cases/word', message, hint);
}

/** Takes an IP address and gives its canonical form. */
export function addressValue(node: YamlNode, named: Named): string | undefined {
  const text = textValue(node, named, 'an IP address');
  if (text === undefined) return undefined;
  const address = canonicalAddress(text);
  if (address !== null) return address;
  const message = `\`${named.name}\` is an IP address, not ${quoted(text)}`;
  return named.findings.error(spanOf(node, named), 'cases/ip-address', message, 'such as `192.0.2.7`');
}

/** Takes a mapping whatever its keys are. */
export function anyKeys(node: YamlNode, named: Named, wanted: string): YamlMapping | undefined {
  return node.kind === 'mapping' ? node : wrongKind(node, named, wanted);
}
