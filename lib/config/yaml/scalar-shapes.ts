/*
 * Shapes of single values. Nothing is coerced: a number in quotes is text, `yes` is text.
 */
import { nearest } from '../../text/index.js';
import { noKeys, quoted, type Setting, type Shape, spanOfValue, wrongType } from './shape.js';
import type { YamlNode, YamlScalar } from './yaml-node.js';

const truthWords = new Map([
  ['yes', 'true'],
  ['on', 'true'],
  ['y', 'true'],
  ['no', 'false'],
  ['off', 'false'],
  ['n', 'false'],
]);

/** True or false. */
export const flag: Shape<boolean> = {
  keys: noKeys,
  read: (node, setting) => {
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
    const meant = node.kind === 'scalar' ? truthWords.get(node.text.toLowerCase()) : undefined;
    const hint = meant === undefined ? undefined : `write \`${meant}\``;
    return wrongType(node, setting, 'true or false', hint);
  },
};

function numberHint(node: YamlNode): string | undefined {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return undefined;
  if (/^[0-9]+(?:\.[0-9]+)?$/.test(node.text)) return 'write it without quotes';
  if (/^[0-9][0-9_, ]*$/.test(node.text)) return `write \`${node.text.replace(/[^0-9]/g, '')}\``;
  return undefined;
}

function inRange(
  value: number,
  node: YamlNode,
  setting: Setting,
  wanted: string,
  least: number,
  most: number,
): number | undefined {
  if (value >= least && value <= most) return value;
  const message = `\`${setting.path}\` must be ${wanted}, not ${quoted(node.kind === 'scalar' ? node.text : '')}`;
  return setting.findings.error(node.span, 'settings/range', message);
}

/** A whole number within limits. */
export function wholeNumber(least: number, most: number): Shape<number> {
  const wanted = `a whole number from ${least} to ${most}`;
  return {
    keys: noKeys,
    read: (node, setting) => {
      if (node.kind !== 'scalar' || typeof node.value !== 'number') {
        return wrongType(node, setting, wanted, numberHint(node));
      }
      if (Number.isFinite(node.value) && !Number.isInteger(node.value))
        return wrongType(node, setting, wanted);
      return inRange(node.value, node, setting, wanted, least, most);
    },
  };
}

/** A number of seconds within limits; fractions are allowed. */
export function seconds(least: number, most: number): Shape<number> {
  const wanted = `a number of seconds from ${least} to ${most}`;
  return {
    keys: noKeys,
    read: (node, setting) => {
      if (node.kind !== 'scalar' || typeof node.value !== 'number') {
        return wrongType(node, setting, wanted, numberHint(node));
      }
      return inRange(node.value, node, setting, wanted, least, most);
    },
  };
}

/** One of some words. */
export function choice<const T extends string>(words: readonly T[]): Shape<T> {
  const list = words.map((word) => `\`${word}\``);
  const wanted = `${list.slice(0, -1).join(', ')} or ${list.at(-1)}`;
  return {
    keys: noKeys,
    read: (node, setting) => {
      if (node.kind !== 'scalar' || typeof node.value !== 'string') return wrongType(node, setting, wanted);
      const { text } = node;
      const word = words.find((one) => one === text);
      if (word !== undefined) return word;
      const near = nearest(text, words);
      const message = `\`${setting.path}\` must be ${wanted}, not ${quoted(text)}`;
      const hint = near === undefined ? undefined : `did you mean \`${near}\`?`;
      return setting.findings.error(spanOfValue(node, setting), 'settings/choice', message, hint);
    },
  };
}

/** Takes text that is not empty and fits on one line; `wanted` names it in messages. */
export function lineOfText(node: YamlNode, setting: Setting, wanted: string): string | undefined {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') {
    const hint = node.kind === 'scalar' && node.value !== null ? 'put it in quotes' : undefined;
    return wrongType(node, setting, wanted, hint);
  }
  return isOneLine(node, setting) ? node.text : undefined;
}

/** Takes text of PMDF's languages as it is written, so that `733` and `25` need no quotes. */
export function writtenText(node: YamlNode, setting: Setting, wanted: string): YamlScalar | undefined {
  if (node.kind !== 'scalar' || node.value === null) return wrongType(node, setting, wanted);
  return isOneLine(node, setting) ? node : undefined;
}

function isOneLine(node: YamlScalar, setting: Setting): boolean {
  if (node.text.trim() === '') {
    setting.findings.error(spanOfValue(node, setting), 'settings/empty', `\`${setting.path}\` is empty`);
    return false;
  }
  if (!/[\n\r]/.test(node.text)) return true;
  const hint =
    node.style === 'literal' || node.style === 'folded' ? 'write it as one line in quotes' : undefined;
  const message = `\`${setting.path}\` must fit on one line`;
  setting.findings.error(spanOfValue(node, setting), 'settings/line-break', message, hint);
  return false;
}

/** Text on one line. */
export function text(wanted: string): Shape<string> {
  return { keys: noKeys, read: (node, setting) => lineOfText(node, setting, wanted) };
}
