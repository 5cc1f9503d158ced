/*
 * One database: the name of a file, or { file, required }. Nothing written means that the database is not used.
 */
import { defaulting, record, required } from '../shapes/record.js';
import { flag } from '../shapes/scalars.js';
import { either, mapped, quoted, type Shape } from '../shapes/shape.js';
import { fileName, filePattern, prefixOf } from './names.js';

/** A database: a text file, or a CDB when the name ends in `.cdb`. */
export interface DatabaseSetting {
  /** Relative to the folder of pmdf.yaml, or absolute. */
  readonly file: string;
  /** Without the file: true makes look-ups fail, so that mail is deferred; false makes the database empty. */
  readonly required: boolean;
}

const binaryForm = /\.(?:db|dat|idx|pag|dir|mdb|lmdb|sqlite3?)$/i;
const supportedHint = 'use a text file, or a CDB made with `pmdf crdb`';

/** The name of a text file or CDB. Databases of other kinds are refused before their names are read as file names. */
const databaseFile: Shape<string> = {
  schema: {
    type: 'string',
    pattern: filePattern(['pmdf_table'], '(?!.*\\.(?:db|dat|idx|pag|dir|mdb|lmdb|sqlite3?)$)'),
  },
  read: (node, field) => {
    const prefix =
      node.kind === 'scalar' && typeof node.value === 'string' ? prefixOf(node.value) : undefined;
    if (prefix !== undefined && prefix !== 'pmdf_table') {
      const message = `databases of the kind \`${prefix}:\` are not supported`;
      return field.findings.error(node.span, 'settings/not-provided', message, supportedHint);
    }
    const file = fileName.read(node, field);
    if (file === undefined || !binaryForm.test(file)) return file;
    const message = `the format of the database ${quoted(file)} is not supported`;
    return field.findings.error(node.span, 'settings/not-provided', message, supportedHint);
  },
};

/** One database; null when it is not used. */
export const database: Shape<DatabaseSetting | null> = either<DatabaseSetting | null>(
  {
    nothing: { value: null },
    scalar: mapped(databaseFile, (file) => Object.freeze({ file, required: true })),
    mapping: record({
      file: required(databaseFile, 'A text file, or a CDB file (`name.cdb`).'),
      required: defaulting(flag, true, 'Whether mail is deferred when the file is missing.'),
    }),
  },
  'the name of a file, or a mapping',
);
