/*
 * Statements of SQL with placeholders: what the server gets, and what cannot be compiled.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseSettings } from '../../../lib/config/parse-settings.js';
import {
  compileSql,
  quoteSqlName,
  type SqlDialect,
} from '../../../lib/config/settings/stores/sql-statement.js';
import { formatted, sourceOf } from './source-of.js';

const all: readonly SqlDialect[] = ['postgresql', 'mysql', 'sqlite'];

/** Statements with `?` for a marker of any dialect: [dialects, written, text, parameters]. */
const statements: readonly (readonly [readonly SqlDialect[], string, string, readonly string[]])[] = [
  [all, "SELECT t FROM a WHERE k = '%s'", 'SELECT t FROM a WHERE k = ?', ['%s']],
  [all, 'SELECT t FROM a WHERE k = %s', 'SELECT t FROM a WHERE k = ?', ['%s']],
  [all, "SELECT t FROM a WHERE k='%u' AND d='%d'", 'SELECT t FROM a WHERE k=? AND d=?', ['%u', '%d']],
  [
    all,
    "SELECT t FROM a WHERE k IN ('%s','@%d', %u)",
    'SELECT t FROM a WHERE k IN (?,?, ?)',
    ['%s', '@%d', '%u'],
  ],
  [all, "SELECT t FROM a WHERE k = '%u@%d'", 'SELECT t FROM a WHERE k = ?', ['%u@%d']],
  [all, "SELECT t FROM a WHERE k = 'it''s %s'", 'SELECT t FROM a WHERE k = ?', ["it's %s"]],
  [all, "SELECT t FROM a WHERE k LIKE '%s%%'", 'SELECT t FROM a WHERE k LIKE ?', ['%s%%']],
  [all, "SELECT 'a''b' FROM a", "SELECT 'a''b' FROM a", []],
  [
    all,
    "SELECT t FROM a WHERE k LIKE 'x%%' AND n %% 2 = 0",
    "SELECT t FROM a WHERE k LIKE 'x%' AND n % 2 = 0",
    [],
  ],
  [all, "SELECT t FROM a WHERE k = '%s';  ", 'SELECT t FROM a WHERE k = ?', ['%s']],
  [all, "SELECT t FROM a WHERE k = lower('%s') -- it's", 'SELECT t FROM a WHERE k = lower(?)', ['%s']],
  [all, "SELECT t /* 'a' ? ; */ FROM a", 'SELECT t   FROM a', []],
  [all, "SELECT '?' FROM a WHERE k = '%s'", "SELECT '?' FROM a WHERE k = ?", ['%s']],
  [all, "SELECT ';' FROM a", "SELECT ';' FROM a", []],
  [
    ['postgresql'],
    "SELECT t FROM a WHERE k = '%s'::text AND d = %d::text",
    'SELECT t FROM a WHERE k = ?::text AND d = ?::text',
    ['%s', '%d'],
  ],
  [
    ['postgresql'],
    String.raw`SELECT E'\'%%' FROM a WHERE k = '\%s'`,
    String.raw`SELECT E'\'%' FROM a WHERE k = ?`,
    [String.raw`\%s`],
  ],
  [
    ['postgresql'],
    "SELECT $$'%%$$, $x$ $$ $x$ FROM a WHERE k = '%s'",
    "SELECT $$'%$$, $x$ $$ $x$ FROM a WHERE k = ?",
    ['%s'],
  ],
  [
    ['postgresql'],
    "SELECT j ? 'x', \"a'b\" FROM a WHERE k = '%s'",
    "SELECT j ? 'x', \"a'b\" FROM a WHERE k = ?",
    ['%s'],
  ],
  [['postgresql'], "SELECT /* a /* b */ ' */ t FROM a", 'SELECT   t FROM a', []],
  [
    ['mysql'],
    'SELECT t FROM `a\'b` WHERE k = "%s" OR k = "a""b%u"',
    "SELECT t FROM `a'b` WHERE k = ? OR k = ?",
    ['%s', 'a"b%u'],
  ],
  [
    ['mysql'],
    String.raw`SELECT t FROM a WHERE k = '\'%s\\' AND d = '\'\n'`,
    String.raw`SELECT t FROM a WHERE k = ? AND d = '\'\n'`,
    ["'%s\\"],
  ],
  [
    ['mysql'],
    String.raw`SELECT t FROM a WHERE k LIKE '%s\%%\_\t'`,
    'SELECT t FROM a WHERE k LIKE ?',
    ['%s\\%%\\_\t'],
  ],
  [['mysql'], "SELECT t FROM a WHERE k = '%s' # it's", 'SELECT t FROM a WHERE k = ?', ['%s']],
  [['mysql'], 'SELECT 1--1, @v FROM a', 'SELECT 1--1, @v FROM a', []],
  [
    ['sqlite'],
    "SELECT [a'b], `c'd` FROM a WHERE k = '\\%s'",
    "SELECT [a'b], `c'd` FROM a WHERE k = ?",
    ['\\%s'],
  ],
];

/** What cannot be compiled: [dialects, written, the wrong part, message]. */
const faults: readonly (readonly [readonly SqlDialect[], string, string, string])[] = [
  [all, "SELECT t FROM %s WHERE k = '%s'", '%s', 'has a placeholder where SQL wants a name'],
  [all, 'SELECT t FROM a JOIN %d ON 1', '%d', 'has a placeholder where SQL wants a name'],
  [all, 'SELECT t FROM a_%d', '%d', 'has a placeholder that is part of something else'],
  [all, 'SELECT t FROM a WHERE k = %u@%d', '%u', 'has a placeholder that is part of something else'],
  [all, 'SELECT t FROM a WHERE k = %u%d', '%u', 'has a placeholder that is part of something else'],
  [all, 'SELECT t FROM a WHERE k = a.%s', '%s', 'has a placeholder that is part of something else'],
  [all, 'SELECT t FROM a WHERE %s(k)', '%s', 'has a placeholder that is part of something else'],
  [
    all,
    "SELECT t FROM a WHERE k = x'%s'",
    "'%s'",
    'has a placeholder in a string that cannot be a parameter',
  ],
  [
    all,
    "SELECT t FROM a WHERE k = date '%s'",
    "'%s'",
    'has a placeholder in a string that cannot be a parameter',
  ],
  [all, 'SELECT t FROM a /* %s */', '/* %s */', 'has a placeholder in a comment'],
  [all, "SELECT t FROM a -- '%s'", "-- '%s'", 'has a placeholder in a comment'],
  [all, "SELECT t FROM a WHERE k = '%s", "'%s", 'has no end of what begins here'],
  [all, 'SELECT t /* FROM a', '/* FROM a', 'has no end of what begins here'],
  [all, 'SELECT 1; DROP TABLE a', ';', 'has more than one statement'],
  [['postgresql', 'sqlite'], 'SELECT t FROM a WHERE k = "%s"', '"%s"', 'has a placeholder in a name'],
  [['postgresql'], 'SELECT t FROM a WHERE k = $1', '$1', 'has a parameter of its own'],
  [['postgresql'], 'SELECT t FROM a WHERE k = $$%s$$', '$$%s$$', 'has a placeholder in a name'],
  [
    ['postgresql'],
    "SELECT t FROM a WHERE k = E'%s'",
    "'%s'",
    'has a placeholder in a string that cannot be a parameter',
  ],
  [['mysql', 'sqlite'], 'SELECT t FROM a WHERE k = ?', '?', 'has a parameter of its own'],
  [['mysql', 'sqlite'], 'SELECT t FROM `%s`', '`%s`', 'has a placeholder in a name'],
  [
    ['mysql'],
    String.raw`SELECT t FROM a WHERE k = '\%s'`,
    String.raw`'\%s'`,
    'has a placeholder in a string that cannot be a parameter',
  ],
  [['sqlite'], 'SELECT t FROM a WHERE k = :key', ':key', 'has a parameter of its own'],
  [['sqlite'], 'SELECT t FROM [%s]', '[%s]', 'has a placeholder in a name'],
];

describe('statements of SQL', () => {
  for (const [dialects, written, text, parameters] of statements) {
    for (const dialect of dialects) {
      it(`for ${dialect}: ${written}`, () => {
        const compiled = compileSql(dialect, written);
        assert.ok(compiled.kind === 'statement', JSON.stringify(compiled));
        const { statement } = compiled;
        assert.deepEqual(
          statement.parameters.map((one) => one.text),
          parameters,
        );
        const shown =
          dialect === 'postgresql' ? statement.text.replace(/(?<!\$)\$[0-9]+/g, '?') : statement.text;
        assert.equal(shown, text);
      });
    }
  }

  it('number the parameters of PostgreSQL', () => {
    const compiled = compileSql('postgresql', "SELECT '%u', '%d', '%s'");
    assert.ok(compiled.kind === 'statement');
    assert.equal(compiled.statement.text, 'SELECT $1, $2, $3');
  });

  for (const [dialects, written, part, message] of faults) {
    for (const dialect of dialects) {
      it(`refuse for ${dialect}: ${written}`, () => {
        const compiled = compileSql(dialect, written);
        assert.ok(compiled.kind === 'fault', JSON.stringify(compiled));
        const { fault } = compiled;
        assert.equal(fault.message, message);
        assert.equal(written.slice(fault.offset, fault.offset + fault.length), part);
      });
    }
  }

  it('are read in time that grows with their length', () => {
    for (const part of ["'%s'", '/*', '"', '$a$', "E'", '--', '%s ', 'a', ' ']) {
      const started = performance.now();
      for (const dialect of all) compileSql(dialect, part.repeat(20_000));
      assert.ok(performance.now() - started < 2_000, part);
    }
  });

  for (const [dialect, name, wanted] of [
    ['postgresql', 'Aliases', '"Aliases"'],
    ['postgresql', 'mail.aliases', '"mail"."aliases"'],
    ['postgresql', 'a"b%s', '"a""b%s"'],
    ['mysql', 'mail.a`b', '`mail`.`a``b`'],
    ['sqlite', 'my table', '"my table"'],
  ] as const) {
    it(`quote the name ${name} for ${dialect}`, () => assert.equal(quoteSqlName(dialect, name), wanted));
  }
});

describe('names in databases of SQL', () => {
  for (const [setting, name] of [
    ['table', 'a; DROP TABLE b'],
    ['select_field', 'lower(a)'],
    ['where_field', 'a, b'],
  ] as const) {
    it(`refuse ${name} as ${setting}`, () => {
      const yaml = `databases: {alias: {store: a, ${setting}: "${name}"}}\n`;
      const wanted = setting === 'table' ? 'the name of a table' : 'the name of a column';
      assert.match(
        formatted(parseSettings(sourceOf(yaml))),
        new RegExp(`alias.${setting}. must be ${wanted}, not .*settings/sql`),
      );
    });
  }
});
