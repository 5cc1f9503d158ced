/*
 * Addresses in a directory of OpenLDAP.
 */
import { Client, EqualityFilter } from 'ldapts';
import { person, startSlapd } from '../../e2e/support/slapd.js';
import { batches, keyFor, valueFor } from './addresses.js';
import { type FilledStore, need } from './filled-store.js';

const searchBase = 'ou=people,o=example';
const resultAttribute = 'description';

/**
 * A search that examines more entries than this is refused: without an index on `objectClass` too, each one examines all.
 * Ref: slapd.conf(5), limits, size.unchecked
 */
const refuseScans = 'limits * size.unchecked=10';

/** OpenLDAP with addresses. */
export async function filledSlapd(count: number): Promise<FilledStore> {
  need('slapd', 'the Debian package slapd');
  let entries = '';
  for (const numbers of batches(count, 10_000)) {
    for (const key of numbers.map(keyFor)) entries += person(key, { [resultAttribute]: valueFor(key) });
  }
  const slapd = await startSlapd(entries, { more: `maxsize 1073741824\n${refuseScans}` });
  return {
    name: 'LDAP',
    store: `kind: ldap, hosts: ['127.0.0.1:${slapd.port}']`,
    question: `search_base: "${searchBase}", scope: sub, query_filter: "(uid=%s)", result_attribute: ${resultAttribute}`,
    env: {},
    atOnce: [1, 8],
    bareName: 'the package ldapts alone, one connection',
    bare: async () => {
      const client = new Client({ url: `ldap://127.0.0.1:${slapd.port}`, timeout: 10_000 });
      await client.bind('', '');
      return {
        ask: async (value) => {
          const { searchEntries } = await client.search(searchBase, {
            scope: 'sub',
            filter: new EqualityFilter({ attribute: 'uid', value }),
            attributes: [resultAttribute],
          });
          const found = searchEntries[0]?.[resultAttribute];
          return typeof found === 'string' ? found : null;
        },
        close: () => void client.unbind(),
      };
    },
    table: {
      type: 'ldap',
      lines: [
        ...[`server_host = ldap://127.0.0.1:${slapd.port}`, 'version = 3', 'bind = no'],
        ...[`search_base = ${searchBase}`, 'scope = sub', 'query_filter = (uid=%s)'],
        `result_attribute = ${resultAttribute}`,
      ],
    },
    stop: () => slapd.close(),
  };
}
