/*
 * The content of a database in LDAP: every value of the attributes that the filter compares keys with is a key. It can be listed,
 * and not changed: what an entry needs beside key and value only the directory knows.
 */
import { keyParts, type LdapQuery, type LdapStore } from '../../../lib/config/index.js';
import type { DirectoryEntry } from '../../../lib/engine/index.js';
import {
  fillDn,
  type ListFilter,
  listFilter,
  parseDn,
  parseFilter,
  valuesOfEntry,
  withParentheses,
} from '../../../lib/ldap/index.js';
import {
  connectLdap,
  entryOf,
  type LdapConnection,
  toFilter,
  troubleOf,
  valueOrRefused,
} from '../clients/ldap.js';
import { QuestionRefused } from '../store-connection.js';
import { type OpenContents, type StoreContents, type StoreEntry, StoreLacks } from './store-contents.js';

const pageSize = 1_000;

/** What finds all entries. */
interface Listing extends ListFilter {
  readonly base: string;
}

/** Throws StoreLacks if the entries cannot be listed. */
function listingOf({ searchBase, queryFilter }: LdapQuery): Listing {
  const base = fillDn(valueOrRefused(parseDn(keyParts(searchBase))), () => null);
  if (base === null) {
    const hint = 'write a `search_base` that all entries are below';
    throw new StoreLacks('its entries cannot be listed, since its `search_base` depends on the key', hint);
  }
  const filter = valueOrRefused(parseFilter(withParentheses(keyParts(queryFilter))));
  const listing = listFilter(filter, 'key');
  if (listing !== null) return { base, ...listing };
  const hint =
    'write a `query_filter` that compares attributes with `%s`, such as `(&(objectClass=person)(mail=%s))`';
  throw new StoreLacks(
    'its entries cannot be listed, since its `query_filter` does not say what their keys are',
    hint,
  );
}

function cannotChange(): StoreLacks {
  const hint = 'change the directory with its own tools';
  return new StoreLacks('entries of a directory cannot be changed or made here', hint);
}

class LdapContents implements StoreContents {
  readonly #connection: LdapConnection;
  readonly #query: LdapQuery;

  constructor(connection: LdapConnection, query: LdapQuery) {
    this.#connection = connection;
    this.#query = query;
  }

  async count(): Promise<number | null> {
    return null;
  }

  async *entries(): AsyncGenerator<readonly StoreEntry[]> {
    const { base, filter, attributes } = listingOf(this.#query);
    const results = this.#query.resultAttribute.split(/[\s,]+/);
    const { client, ldapts } = this.#connection;
    const pages = client.searchPaginated(base, {
      scope: this.#query.scope,
      filter: toFilter(ldapts, filter),
      attributes: [...new Set([...attributes, ...results])],
      paged: { pageSize },
    });
    try {
      for await (const { searchEntries, searchReferences } of pages) {
        if (searchReferences.length > 0) throw new QuestionRefused('the server refers to another server');
        yield searchEntries.map(entryOf).flatMap((entry) => this.#entriesOf(entry, attributes, results));
      }
    } catch (error) {
      throw troubleOf(ldapts, error);
    }
  }

  async change(): Promise<never> {
    throw cannotChange();
  }

  async replace(): Promise<never> {
    throw cannotChange();
  }

  close(): void {
    this.#connection.close();
  }

  /** An entry of the directory for each of its keys. */
  #entriesOf(entry: DirectoryEntry, attributes: readonly string[], results: readonly string[]): StoreEntry[] {
    const values = results.flatMap((name) => valuesOfEntry(entry, [name])).filter((value) => value !== '');
    if (values.length === 0) return [];
    const keys = new Set(attributes.flatMap((name) => valuesOfEntry(entry, [name])));
    return [...keys].map((key) => ({ key, values }));
  }
}

export const openLdapContents: OpenContents<LdapStore, LdapQuery> = async (
  server,
  { settings, query },
  ends,
) => new LdapContents(await connectLdap(server, settings, ends, settings.timeout * 1000), query);
