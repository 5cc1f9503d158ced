/*
 * Shapes of single values. Nothing is coerced: a number in quotes is text, `yes` is text.
 */
import { nearest } from '../../text/index.js';
import type { YamlNode, YamlScalar } from '../yaml/yaml-node.js';
import { type Field, mapped, quoted, type Shape, spanOfValue, wrongType } from './shape.js';

const truthWords = new Map([
  ['yes', 'true'],
  ['on', 'true'],
  ['y', 'true'],
  ['no', 'false'],
  ['off', 'false'],
  ['n', 'false'],
]);

/** Text on one line that is not empty. */
const oneLine = '^(?=.*\\S)[^\\n\\r]*$';

/** True or false. */
export const flag: Shape<boolean> = {
  schema: { type: 'boolean' },
  read: (node, field) => {
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
    const meant = node.kind === 'scalar' ? truthWords.get(node.text.toLowerCase()) : undefined;
    return wrongType(node, field, 'true or false', meant && `write \`${meant}\``);
  },
};

function numberHint(node: YamlNode): string | undefined {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return undefined;
  if (/^[0-9]+(?:\.[0-9]+)?$/.test(node.text)) return 'write it without quotes';
  if (/^[0-9][0-9_, ]*$/.test(node.text)) return `write \`${node.text.replace(/[^0-9]/g, '')}\``;
  return undefined;
}

function numberShape(type: 'integer' | 'number', wanted: string, least: number, most: number): Shape<number> {
  return {
    schema: { type, minimum: least, maximum: most },
    read: (node, field) => {
      if (node.kind !== 'scalar' || typeof node.value !== 'number') {
        return wrongType(node, field, wanted, numberHint(node));
      }
      const { value } = node;
      if (type === 'integer' && Number.isFinite(value) && !Number.isInteger(value)) {
        return wrongType(node, field, wanted);
      }
      if (value >= least && value <= most) return value;
      const message = `\`${field.path}\` must be ${wanted}, not ${quoted(node.text)}`;
      return field.findings.error(node.span, field.findings.codes.range, message);
    },
  };
}

/** A whole number within limits. */
export function wholeNumber(least: number, most: number): Shape<number> {
  return numberShape('integer', `a whole number from ${least} to ${most}`, least, most);
}

/** A number of seconds within limits; fractions are allowed. */
export function seconds(least: number, most: number): Shape<number> {
  return numberShape('number', `a number of seconds from ${least} to ${most}`, least, most);
}

/** One value; `wanted` names it in messages. */
export function constant<const T extends string | boolean>(value: T, wanted: string): Shape<T> {
  return {
    schema: { const: value },
    read: (node, field) =>
      node.kind === 'scalar' && node.value === value ? value : wrongType(node, field, wanted),
  };
}

/** One of some words. */
export function choice<const T extends string>(words: readonly T[]): Shape<T> {
  const list = words.map((word) => `\`${word}\``);
  const wanted = `${list.slice(0, -1).join(', ')} or ${list.at(-1)}`;
  return {
    schema: { enum: words },
    read: (node, field) => {
      if (node.kind !== 'scalar' || typeof node.value !== 'string') return wrongType(node, field, wanted);
      const { text: given } = node;
      const word = words.find((one) => one === given);
      if (word !== undefined) return word;
      const near = nearest(given, words);
      const message = `\`${field.path}\` must be ${wanted}, not ${quoted(given)}`;
      const hint = near && `did you mean \`${near}\`?`;
      return field.findings.error(spanOfValue(node, field), field.findings.codes.choice, message, hint);
    },
  };
}

function isOneLine(node: YamlScalar, field: Field): boolean {
  const { findings, path } = field;
  if (node.text.trim() === '') {
    findings.error(spanOfValue(node, field), findings.codes.empty, `\`${path}\` is empty`);
    return false;
  }
  if (!/[\n\r]/.test(node.text)) return true;
  const isBlock = node.style === 'literal' || node.style === 'folded';
  const hint = isBlock ? 'write it as one line in quotes' : undefined;
  const message = `\`${path}\` must fit on one line`;
  findings.error(spanOfValue(node, field), findings.codes.lineBreak, message, hint);
  return false;
}

/** Text that is not empty and fits on one line; `wanted` names it in messages. */
export function text(wanted: string, pattern: string = oneLine): Shape<string> {
  return {
    schema: { type: 'string', pattern },
    read: (node, field) => {
      if (node.kind !== 'scalar' || typeof node.value !== 'string') {
        const hint = node.kind === 'scalar' && node.value !== null ? 'put it in quotes' : undefined;
        return wrongType(node, field, wanted, hint);
      }
      return isOneLine(node, field) ? node.text : undefined;
    },
  };
}

const writtenTypes = ['string', 'number', 'boolean'] as const;

/**
 * Text as it is written, so that `733` and `25` need no quotes; not empty, on one line. `start` is a regular expression
 * that the schema puts at the start.
 */
export function written(wanted: string, start = ''): Shape<YamlScalar> {
  return {
    schema: { type: writtenTypes, pattern: `^${start}${oneLine.slice(1)}` },
    read: (node, field) => {
      if (node.kind !== 'scalar' || node.value === null) return wrongType(node, field, wanted);
      return isOneLine(node, field) ? node : undefined;
    },
  };
}

/** The same, without blanks. */
export function writtenWord(wanted: string, start = ''): Shape<YamlScalar> {
  return mapped(
    written(wanted),
    (scalar, node, { findings, path }) => {
      if (!/\s/.test(scalar.text)) return scalar;
      return findings.error(node.span, 'settings/word', `\`${path}\` must be one word`);
    },
    { type: writtenTypes, pattern: `^${start}\\S+$` },
  );
}

export function writtenText(wanted: string): Shape<string> {
  return mapped(written(wanted), (scalar) => scalar.text);
}
