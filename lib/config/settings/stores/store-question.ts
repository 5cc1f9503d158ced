/*
 * How a database asks its store for a key: the settings beside `store`, which depend on the kind of the store.
 * Ref: Postfix ldap_table(5), pgsql_table(5), sqlite_table(5)
 */
import { type Keys, setting, writtenName } from '../../shapes/record.js';
import { choice, text } from '../../shapes/scalars.js';
import { mapped, quoted, type Shape } from '../../shapes/shape.js';
import { type KeyTemplate, keyTemplate } from './key-template.js';
import {
  compileSql,
  quoteSqlName,
  type SqlDialect,
  type SqlFault,
  type SqlStatement,
} from './sql-statement.js';
import type { StoreKind } from './store.js';

const scopes = ['base', 'one', 'sub'] as const;

/** How a database asks its store, as written; null is not written. */
export interface StoreQuestion {
  readonly query: KeyTemplate | null;
  readonly table: string | null;
  readonly selectField: string | null;
  readonly whereField: string | null;
  readonly additionalConditions: KeyTemplate | null;
  readonly searchBase: KeyTemplate | null;
  readonly scope: (typeof scopes)[number] | null;
  readonly queryFilter: KeyTemplate | null;
  readonly resultAttribute: string | null;
  readonly key: KeyTemplate | null;
  readonly hash: KeyTemplate | null;
  readonly map: string | null;
}

/** A table that a database is; the names are quoted as its dialect wants them. */
export interface SqlTable {
  /** As in the settings, with a schema before a dot where one is written. */
  readonly written: string;
  readonly name: string;
  readonly key: string;
  readonly value: string;
  /** Whether further conditions choose among its rows. */
  readonly hasConditions: boolean;
}

export interface SqlQuery extends SqlStatement {
  readonly kind: 'sql';
  /** Null where the site has written the statement. */
  readonly table: SqlTable | null;
}

export interface LdapQuery {
  readonly kind: 'ldap';
  readonly searchBase: KeyTemplate;
  readonly scope: (typeof scopes)[number];
  readonly queryFilter: KeyTemplate;
  readonly resultAttribute: string;
}

/** The string `key`, or the field `key` of the hash `hash`. */
export interface RedisQuery {
  readonly kind: 'redis';
  readonly key: KeyTemplate;
  readonly hash: KeyTemplate | null;
}

export interface SocketmapQuery {
  readonly kind: 'socketmap';
  readonly map: string;
}

/** How a store is asked for a key. */
export type StoreQuery = SqlQuery | LdapQuery | RedisQuery | SocketmapQuery;

const optionalTemplate = (about: string) => setting<KeyTemplate | null>(keyTemplate, null, about);
const optionalName = (wanted: string, about: string) => setting<string | null>(text(wanted), null, about);

/** A blank ends the name of a map in a request. */
const mapName: Shape<string> = mapped(
  text('the name of a map'),
  (name, node, { findings, path }) =>
    /\s/.test(name) ? findings.error(node.span, 'settings/word', `\`${path}\` must be one word`) : name,
  { type: 'string', pattern: '^\\S+$' },
);

/** A table or column, which is quoted in the statement. */
function sqlName(wanted: string): Shape<string> {
  return mapped(
    text(wanted),
    (name, node, { findings, path }) => {
      if (!/[(),;'"`]/.test(name)) return name;
      const message = `\`${path}\` must be ${wanted}, not ${quoted(name)}`;
      return findings.error(node.span, 'settings/sql', message, 'write an expression in a `query`');
    },
    { type: 'string', pattern: '^(?=.*\\S)[^(),;\'"`\\n\\r]*$' },
  );
}

/** The keys beside `store`. */
export const questionKeys: Keys<StoreQuestion> = {
  query: optionalTemplate('SQL: the statement that selects the value, with placeholders such as `%s`.'),
  table: setting<string | null>(sqlName('the name of a table'), null, 'SQL: the table, in place of `query`.'),
  selectField: setting<string | null>(
    sqlName('the name of a column'),
    null,
    'SQL: the column with the value.',
  ),
  whereField: setting<string | null>(sqlName('the name of a column'), null, 'SQL: the column with the key.'),
  additionalConditions: optionalTemplate(
    'SQL: what follows the condition on `where_field`, such as `AND active = 1`.',
  ),
  searchBase: optionalTemplate('LDAP: the name of the entry where the search begins.'),
  scope: setting<StoreQuestion['scope']>(choice(scopes), null, 'LDAP: how far the search goes.', {
    defaultText: '`sub`',
  }),
  queryFilter: optionalTemplate('LDAP: the filter, such as `(mail=%s)`.'),
  resultAttribute: optionalName('the name of an attribute', 'LDAP: the attribute with the value.'),
  key: optionalTemplate('Redis: the key of the string, or the field of `hash`; `%s` unless written.'),
  hash: optionalTemplate('Redis: the hash that holds the database.'),
  map: setting<string | null>(mapName, null, 'Socketmap: the name of the map.'),
};

type QuestionKey = keyof StoreQuestion;

const ofSql = ['query', 'table', 'selectField', 'whereField', 'additionalConditions'] as const;

/** The settings that each kind of store has, and what is needed of them in words. */
const kinds: {
  readonly [K in StoreKind]: { readonly has: readonly QuestionKey[]; readonly needed: string };
} = {
  redis: { has: ['key', 'hash'], needed: 'nothing' },
  postgresql: { has: ofSql, needed: '`query`, or `table`, `select_field` and `where_field`' },
  mysql: { has: ofSql, needed: '`query`, or `table`, `select_field` and `where_field`' },
  sqlite: { has: ofSql, needed: '`query`, or `table`, `select_field` and `where_field`' },
  ldap: {
    has: ['searchBase', 'scope', 'queryFilter', 'resultAttribute'],
    needed: '`search_base`, `query_filter` and `result_attribute`',
  },
  socketmap: { has: ['map'], needed: '`map`' },
};

const wholeKey: KeyTemplate = { text: '%s', parts: [{ part: 'key' }] };

/** The table of a question; null if one of its names is not written. */
function tableOf(
  dialect: SqlDialect,
  { table, selectField, whereField, additionalConditions }: StoreQuestion,
): SqlTable | null {
  if (table === null || selectField === null || whereField === null) return null;
  const name = (written: string) => quoteSqlName(dialect, written);
  return {
    written: table,
    name: name(table),
    key: name(whereField),
    value: name(selectField),
    hasConditions: additionalConditions !== null,
  };
}

/** The statement of a question as written, and the setting that its end comes from; null if something is not written. */
function writtenSql(
  dialect: SqlDialect,
  question: StoreQuestion,
): {
  readonly text: string;
  readonly setting: 'query' | 'additionalConditions';
  readonly from: number;
  readonly table: SqlTable | null;
} | null {
  const { query, additionalConditions } = question;
  if (query !== null) return { text: query.text, setting: 'query', from: 0, table: null };
  const table = tableOf(dialect, question);
  if (table === null) return null;
  const plain = `SELECT ${table.value} FROM ${table.name} WHERE ${table.key} = `;
  const begin = `${plain.replaceAll('%', '%%')}'%s' `;
  const text = begin + (additionalConditions?.text ?? '');
  return { text, setting: 'additionalConditions', from: begin.length, table };
}

function sqlQuery(dialect: SqlDialect, question: StoreQuestion): SqlQuery | null {
  const written = writtenSql(dialect, question);
  const compiled = written === null ? null : compileSql(dialect, written.text);
  if (written === null || compiled?.kind !== 'statement') return null;
  return { kind: 'sql', ...compiled.statement, table: written.table };
}

/** What is wrong with the statement of a question, and in which setting; its offset is in the text of that setting. */
export function sqlFault(
  kind: StoreKind,
  question: StoreQuestion,
): { readonly setting: string; readonly text: string; readonly fault: SqlFault } | null {
  if (kind !== 'postgresql' && kind !== 'mysql' && kind !== 'sqlite') return null;
  const written = writtenSql(kind, question);
  if (written === null) return null;
  const compiled = compileSql(kind, written.text);
  if (compiled.kind === 'statement') return null;
  const { fault } = compiled;
  const text = written.text.slice(written.from);
  return {
    setting: writtenName(written.setting),
    text,
    fault: { ...fault, offset: fault.offset - written.from },
  };
}

function ldapQuery({ searchBase, scope, queryFilter, resultAttribute }: StoreQuestion): LdapQuery | null {
  if (searchBase === null || queryFilter === null || resultAttribute === null) return null;
  return { kind: 'ldap', searchBase, scope: scope ?? 'sub', queryFilter, resultAttribute };
}

/** How a store of some kind is asked; null if something is not written that it needs. */
export function storeQuery(kind: StoreKind, question: StoreQuestion): StoreQuery | null {
  switch (kind) {
    case 'redis':
      return { kind, key: question.key ?? wholeKey, hash: question.hash };
    case 'postgresql':
    case 'mysql':
    case 'sqlite':
      return sqlQuery(kind, question);
    case 'ldap':
      return ldapQuery(question);
    case 'socketmap':
      return question.map === null ? null : { kind, map: question.map };
  }
}

const isQuestionKey = (key: string): key is QuestionKey => Object.hasOwn(questionKeys, key);
const everyKey = Object.keys(questionKeys).filter(isQuestionKey);

/** The settings of a question that are written, with their names in pmdf.yaml. */
export function writtenSettings(question: StoreQuestion): readonly string[] {
  return everyKey.filter((key) => question[key] !== null).map(writtenName);
}

/** What a kind of store is asked with, for messages and checks. */
export function questionOf(kind: StoreKind): { readonly names: readonly string[]; readonly needed: string } {
  const { has, needed } = kinds[kind];
  return { names: has.map(writtenName), needed };
}
