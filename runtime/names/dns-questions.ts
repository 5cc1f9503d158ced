/*
 * What routines and keywords of channels ask of DNS: whether a host or the domain of a mail address exists, whether a list has an
 * address, and the name of an address. Answers are kept for a
 * minute, failures for five seconds. At most a hundred questions are under way; one more fails, so that a flood of clients
 * cannot pile up questions.
 * Ref: RFC 5782 2.1, 5
 */
import { promises as dns } from 'node:dns';
import { addressBytes, asciiDomain } from '../../lib/address/index.js';
import { absent, failed, found, type LookupAnswer } from '../../lib/engine/index.js';
import { errorName } from '../files/index.js';
import { type Clock, RecentAnswers, SharedQuestions, within } from '../time/index.js';
import { plausibleHostName } from './host-name.js';
import { isDenial, type NameResolver, reversedLabels } from './name-resolver.js';
import { findReverseName } from './reverse-name.js';

/** Looks up the texts of a name; rejects as node:dns does. */
export type FindTexts = (name: string) => Promise<readonly string[]>;

/** Looks up the mail exchangers of a domain, `` for the root; rejects as node:dns does. */
export type FindExchangers = (domain: string) => Promise<readonly string[]>;

/** Records that are not addresses. */
export interface FindRecords {
  readonly texts: FindTexts;
  readonly exchangers: FindExchangers;
}

/** How questions are asked. */
export interface DnsQuestionOptions extends FindRecords {
  readonly timeoutMs: number;
  readonly resolver: NameResolver;
  readonly clock: Clock;
}

const keptAnswers = 10_000;
const firmMs = 60_000;
const shakyMs = 5_000;
const mostUnderWay = 100;
const networkOfLists = '127.';
/** Lists answer so to resolvers that they do not serve. */
const refusals = '127.255.255.';

/** Looks up records at name servers, `address:port`; at those of the system where none is given. */
export function systemRecords(timeoutMs: number, servers?: readonly string[]): FindRecords {
  const newResolver = (): dns.Resolver => {
    const resolver = new dns.Resolver({ timeout: Math.max(1, Math.ceil(timeoutMs)), tries: 1 });
    if (servers !== undefined) resolver.setServers(servers);
    return resolver;
  };
  return {
    texts: async (name) => {
      const records = await newResolver().resolveTxt(name);
      return records.map((parts) => parts.join(''));
    },
    exchangers: async (domain) => {
      const records = await newResolver().resolveMx(domain);
      return records.map(({ exchange }) => exchange);
    },
  };
}

/** The name that a list has for an address; null if it is not an IP address. */
export function listedName(address: string, list: string): string | null {
  const octets = addressBytes(address);
  return octets === null ? null : `${reversedLabels(octets)}.${list.replace(/\.$/, '')}`;
}

/** The records; none where DNS says that there are none. */
async function orNone(records: Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await records;
  } catch (error) {
    if (isDenial(error)) return [];
    throw error;
  }
}

/** The addresses of a name; none where DNS says that it has none. */
async function addressesOf(
  { resolver }: DnsQuestionOptions,
  name: string,
  family: 4 | 6,
): Promise<readonly string[]> {
  return await orNone(resolver.addresses(name, family));
}

async function findHost(name: string, options: DnsQuestionOptions): Promise<LookupAnswer> {
  const [v4, v6] = await Promise.all([addressesOf(options, name, 4), addressesOf(options, name, 6)]);
  const first = v4[0] ?? v6[0];
  return first === undefined ? absent : found(first);
}

/** Finds the mail exchangers of a domain, or its addresses where it names none. Ref: RFC 5321 5.1; RFC 7505 3 */
async function findMailDomain(domain: string, options: DnsQuestionOptions): Promise<LookupAnswer> {
  const exchangers = await orNone(options.exchangers(domain));
  if (exchangers.length === 0) return await findHost(domain, options);
  const first = exchangers.find((name) => name !== '' && name !== '.');
  return first === undefined ? absent : found(first);
}

async function findName(address: string, options: DnsQuestionOptions): Promise<LookupAnswer> {
  const name = await findReverseName(address, options);
  if (name.kind === 'confirmed') return found(name.name);
  return name.unanswered === undefined ? absent : failed(name.cause);
}

async function findListing(name: string, options: DnsQuestionOptions): Promise<LookupAnswer> {
  // A listing counts without its text, so waiting for that must not use up the time.
  const { clock, timeoutMs } = options;
  const texts = within(clock, timeoutMs / 2, options.texts(name)).catch(() => null);
  const addresses = await addressesOf(options, name, 4);
  if (addresses.some((one) => one.startsWith(refusals)))
    return failed('the list does not serve this resolver');
  if (!addresses.some((one) => one.startsWith(networkOfLists))) return absent;
  const came = await texts;
  return found((came?.kind === 'in-time' ? came.value[0] : undefined) ?? '');
}

export class DnsQuestions {
  readonly #options: DnsQuestionOptions;
  readonly #recent: RecentAnswers<LookupAnswer>;
  readonly #shared = new SharedQuestions<LookupAnswer>();
  #underWay = 0;

  constructor(options: DnsQuestionOptions) {
    this.#options = options;
    this.#recent = new RecentAnswers(options.clock, keptAnswers);
  }

  /** Whether a host has an address. Never rejects. */
  host(name: string): LookupAnswer | Promise<LookupAnswer> {
    return this.#askOf('host', name, findHost);
  }

  /** The name of an address, if that name has this address. Never rejects. */
  nameOf(address: string): LookupAnswer | Promise<LookupAnswer> {
    const octets = addressBytes(address);
    if (octets === null) return absent;
    return this.#ask(`name of ${octets.join('.')}`, () => findName(address, this.#options));
  }

  /** Whether a domain has mail exchangers or an address. Never rejects. */
  mailDomain(name: string): LookupAnswer | Promise<LookupAnswer> {
    return this.#askOf('mail domain', name, findMailDomain);
  }

  /** Whether a list has an address. Never rejects. */
  listing(list: string, address: string): LookupAnswer | Promise<LookupAnswer> {
    const name = listedName(address, list);
    if (name === null) return absent;
    return this.#ask(`list ${name}`, () => findListing(name, this.#options));
  }

  /** Asks about a name; an address literal needs no question. */
  #askOf(
    what: string,
    name: string,
    find: (name: string, options: DnsQuestionOptions) => Promise<LookupAnswer>,
  ): LookupAnswer | Promise<LookupAnswer> {
    const literal = /^\[(?:IPv6:)?(.*)\]$/i.exec(name)?.[1];
    if (literal !== undefined) return addressBytes(literal) === null ? absent : found(literal);
    const host = plausibleHostName(asciiDomain(name));
    return host === null ? absent : this.#ask(`${what} ${host}`, () => find(host, this.#options));
  }

  #ask(key: string, find: () => Promise<LookupAnswer>): LookupAnswer | Promise<LookupAnswer> {
    const known = this.#recent.get(key);
    if (known !== undefined) return known;
    if (this.#underWay >= mostUnderWay) return failed('too many questions to DNS are under way');
    return this.#shared.ask(key, async () => {
      this.#underWay += 1;
      const { clock, timeoutMs } = this.#options;
      try {
        const came = await within(clock, timeoutMs, find());
        const answer = came.kind === 'in-time' ? came.value : failed(`no answer within ${timeoutMs} ms`);
        this.#recent.keep(key, answer, answer.kind === 'failed' ? shakyMs : firmMs);
        return answer;
      } catch (error) {
        const answer = failed(`DNS does not answer: ${errorName(error)}`);
        this.#recent.keep(key, answer, shakyMs);
        return answer;
      } finally {
        this.#underWay -= 1;
      }
    });
  }
}
