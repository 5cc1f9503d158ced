/*
 * The aliases of a vector as the text of an alias file:
 *   aliasFile   an object of values by name, a whole file as text, or its lines
 *   alias       `name -> value, value`, once or several times
 */
import { isObject, isTexts, type Json } from '../json.js';
import { VectorProblem } from '../vector.js';
import type { VectorInput } from '../vector-input.js';

/** Writes a name as alias files want it: in quotes where it holds what would end it. */
function writtenName(name: string): string {
  if (name.startsWith('"') || /^[^\s":,<>()[\]\\|]+$/.test(name)) return name;
  return `"${name.replaceAll(/["\\]/g, '\\$&')}"`;
}

function aliasLine(name: string, value: Json): string {
  if (typeof value === 'string') return `${writtenName(name)}: ${value}`;
  if (isTexts(value)) return `${writtenName(name)}: ${value.join(', ')}`;
  throw new VectorProblem(`the alias \`${name}\` must be a text or a list of texts`);
}

function fileText(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (isTexts(value)) return value.join('\n');
  if (isObject(value))
    return Object.entries(value)
      .map(([name, one]) => aliasLine(name, one))
      .join('\n');
  throw new VectorProblem('`input.aliasFile` must be an object of aliases, or the lines of a file');
}

function arrowLine(text: string): string {
  const [, name, value] = /^(\S+?)\s*(?:->|=>|:)\s*(\S.*)$/.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return aliasLine(name, value);
  throw new VectorProblem(`the alias \`${text}\` is not of the form \`name -> address\``);
}

/** Reads `aliasFile` and `alias`; null without either. */
export function readAliasText(input: VectorInput): string | null {
  if (input.nameAmong('aliasFile', 'alias') === undefined) return null;
  const lines = [fileText(input.value('aliasFile')), ...input.texts('alias').map(arrowLine)];
  return lines.map((line) => `${line}\n`).join('');
}
