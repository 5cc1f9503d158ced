/*
 * A database in a store must put the key into what it asks; without it every address would have the same value.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkStores } from '../../../lib/policy/check-stores.js';
import { settingsOf } from '../config/source-of.js';

describe('the question of a database in a store', () => {
  /** [kind, settings of the database, where the error is or null]. */
  const table: readonly (readonly [string, string, string | null])[] = [
    ['redis', '', null],
    ['redis', ', key: "x:%s"', null],
    ['redis', ', hash: h', null],
    ['redis', ', hash: "user:%s", key: target', null],
    ['redis', ', key: x', 'x'],
    ['redis', ', key: "%%s"', '"%%s"'],
    ['redis', ', hash: h, key: x', 'x'],
    ['postgresql', ', query: "SELECT a FROM b WHERE c = \'%s\'"', null],
    ['postgresql', ', query: SELECT 1', 'SELECT 1'],
    ['postgresql', ', table: a, select_field: b, where_field: c', null],
    ['ldap', ', search_base: o=x, query_filter: "(mail=%s)", result_attribute: m', null],
    ['ldap', ', search_base: "uid=%u,o=x", query_filter: "(mail=*)", result_attribute: m', null],
    ['ldap', ', search_base: o=x, query_filter: "(mail=*)", result_attribute: m', '"(mail=*)"'],
  ];
  for (const [kind, question, wanted] of table) {
    it(`${wanted === null ? 'may' : 'may not'} be {store: a${question}} of the kind ${kind}`, () => {
      const text = `databases: {alias: {store: a${question}}}\nstores: {a: {kind: ${kind}}}\n`;
      const found = checkStores(settingsOf(text));
      assert.deepEqual(
        found.map(({ span, code }) => [code, span.source.text.slice(span.offset, span.offset + span.length)]),
        wanted === null ? [] : [['policy/store-question', wanted]],
      );
    });
  }
});
