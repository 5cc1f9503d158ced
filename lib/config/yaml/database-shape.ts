/*
 * Shape of one database: the name of a file, or { file, required }. A file that is named is required unless it is said
 * not to be; nothing written means that the database is not used.
 */
import type { DatabaseSetting } from '../settings.js';
import { knownEntries } from './collection-shapes.js';
import { fileNameOf, prefixOf } from './name-shapes.js';
import { flag } from './scalar-shapes.js';
import {
  below,
  isNothing,
  noKeys,
  quoted,
  type Setting,
  type Shape,
  spanOfValue,
  wrongType,
} from './shape.js';
import type { YamlMapping, YamlNode } from './yaml-node.js';

const binaryForm = /\.(?:db|dat|idx|pag|dir|mdb|lmdb|sqlite3?)$/i;

const providedHint = 'use a text file, or a CDB made with `pmdf crdb`';

function readFile(node: YamlNode, setting: Setting): string | undefined {
  const prefix = node.kind === 'scalar' && typeof node.value === 'string' ? prefixOf(node.value) : undefined;
  if (prefix !== undefined && prefix !== 'pmdf_table') {
    const message = `databases of the kind \`${prefix}:\` are not provided yet`;
    return setting.findings.error(node.span, 'settings/not-provided', message, providedHint);
  }
  const file = fileNameOf(node, setting);
  if (file === undefined || !binaryForm.test(file)) return file;
  const message = `the form of the database ${quoted(file)} is not provided yet`;
  return setting.findings.error(node.span, 'settings/not-provided', message, providedHint);
}

function readParts(node: YamlMapping, setting: Setting): DatabaseSetting | undefined {
  const entries = knownEntries(node, setting, ['file', 'required']);
  const required = entries.get('required');
  const requiredAt = below(setting, 'required', required?.keySpan ?? setting.keySpan);
  const isRequired = required === undefined ? true : flag.read(required.value, requiredAt);
  const file = entries.get('file');
  if (file === undefined) {
    const message = `\`${setting.path}\` names no \`file\``;
    return setting.findings.error(spanOfValue(node, setting), 'settings/missing-key', message);
  }
  const name = readFile(file.value, below(setting, 'file', file.keySpan));
  if (name === undefined || isRequired === undefined) return undefined;
  return Object.freeze({ file: name, required: isRequired });
}

/** One database; null when nothing is written. */
export const database: Shape<DatabaseSetting | null> = {
  keys: new Map([
    ['file', noKeys],
    ['required', noKeys],
  ]),
  read: (node, setting) => {
    if (isNothing(node)) return null;
    if (node.kind === 'sequence') return wrongType(node, setting, 'the name of a file, or a mapping');
    if (node.kind === 'mapping') return readParts(node, setting);
    const file = readFile(node, setting);
    return file === undefined ? undefined : Object.freeze({ file, required: true });
  },
};
