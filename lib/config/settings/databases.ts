/*
 * One database: the name of a file, { file, required }, or { store, ... } for one on a server. Nothing written means that
 * the database is not used.
 */
import { defaulting, record, required } from '../shapes/record.js';
import { flag, text } from '../shapes/scalars.js';
import { either, mapped, quoted, type Shape } from '../shapes/shape.js';
import { byKey } from '../shapes/variants.js';
import { fileName, filePattern, prefixOf } from './names.js';
import { questionKeys, type StoreQuestion } from './stores/store-question.js';

/** A database in a file: text, or a CDB when the name ends in `.cdb`. */
export interface FileDatabase {
  readonly kind: 'file';
  /** Relative to the folder of pmdf.yaml, or absolute. */
  readonly file: string;
  /** Without the file: true makes look-ups fail, so that mail is deferred; false makes the database empty. */
  readonly required: boolean;
}

/** A database in a store. */
export interface StoreDatabase {
  readonly kind: 'store';
  /** The name of the store, which need not exist. */
  readonly store: string;
  readonly question: StoreQuestion;
}

export type DatabaseSetting = FileDatabase | StoreDatabase;

const binaryForm = /\.(?:db|dat|idx|pag|dir|mdb|lmdb|sqlite3?)$/i;
const supportedHint = 'use a text file, a CDB made with `pmdf crdb`, or a store: `{ store: NAME }`';

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

function inFile(file: string, isRequired: boolean): FileDatabase {
  return Object.freeze({ kind: 'file', file, required: isRequired });
}

const fileKeys = record({
  file: required(databaseFile, 'A text file, or a CDB file (`name.cdb`).'),
  required: defaulting(flag, true, 'Whether mail is deferred when the file is missing.'),
});

const fileForm: Shape<DatabaseSetting> = mapped(fileKeys, (written) =>
  inFile(written.file, written.required),
);

/** A database in a store: the store, and how it is asked. */
export const storeDatabase: Shape<StoreDatabase> = mapped(
  record({
    store: {
      ...required(text('the name of a store'), 'The store that holds the database.'),
      isSetting: true,
    },
    ...questionKeys,
  }),
  ({ store, ...question }) => Object.freeze({ kind: 'store', store, question }),
);

/** One database; null when it is not used. */
export const database: Shape<DatabaseSetting | null> = {
  ...either<DatabaseSetting | null>(
    {
      nothing: { value: null },
      scalar: mapped(databaseFile, (file) => inFile(file, true)),
      mapping: byKey<DatabaseSetting>('store', storeDatabase, fileForm),
    },
    'the name of a file, or a mapping',
  ),
  keys: fileKeys.keys,
};
