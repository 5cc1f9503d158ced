/*
 * What routines of mapping tables ask of DNS: whether a host exists, and whether a list has an address. Answers are kept for a
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

/** Looks up the texts of a name; rejects as node:dns does. */
export type FindTexts = (name: string) => Promise<readonly string[]>;

/** How questions are asked. */
export interface DnsQuestionOptions {
  readonly timeoutMs: number;
  readonly resolver: Pick<NameResolver, 'addresses'>;
  readonly texts: FindTexts;
  readonly clock: Clock;
}

const keptAnswers = 10_000;
const firmMs = 60_000;
const shakyMs = 5_000;
const mostUnderWay = 100;
const networkOfLists = '127.';
/** Lists answer so to resolvers that they do not serve. */
const refusals = '127.255.255.';

/** Looks up texts at the name servers of the system. */
export function systemTexts(timeoutMs: number): FindTexts {
  return async (name) => {
    const resolver = new dns.Resolver({ timeout: Math.max(1, Math.ceil(timeoutMs)), tries: 1 });
    const records = await resolver.resolveTxt(name);
    return records.map((parts) => parts.join(''));
  };
}

/** The name that a list has for an address; null if it is not an IP address. */
export function listedName(address: string, list: string): string | null {
  const octets = addressBytes(address);
  return octets === null ? null : `${reversedLabels(octets)}.${list.replace(/\.$/, '')}`;
}

/** The addresses of a name; none where DNS says that it has none. */
async function addressesOf(
  { resolver }: DnsQuestionOptions,
  name: string,
  family: 4 | 6,
): Promise<readonly string[]> {
  try {
    return await resolver.addresses(name, family);
  } catch (error) {
    if (isDenial(error)) return [];
    throw error;
  }
}

async function findHost(name: string, options: DnsQuestionOptions): Promise<LookupAnswer> {
  const [v4, v6] = await Promise.all([addressesOf(options, name, 4), addressesOf(options, name, 6)]);
  const first = v4[0] ?? v6[0];
  return first === undefined ? absent : found(first);
}

async function findListing(name: string, options: DnsQuestionOptions): Promise<LookupAnswer> {
  const texts = options.texts(name).catch((): readonly string[] => []);
  const addresses = await addressesOf(options, name, 4);
  if (addresses.some((one) => one.startsWith(refusals)))
    return failed('the list does not serve this resolver');
  if (!addresses.some((one) => one.startsWith(networkOfLists))) return absent;
  const [text = ''] = await texts;
  return found(text);
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
    const literal = /^\[(?:IPv6:)?(.*)\]$/i.exec(name)?.[1];
    if (literal !== undefined) return addressBytes(literal) === null ? absent : found(literal);
    const host = plausibleHostName(asciiDomain(name));
    if (host === null) return absent;
    return this.#ask(`host ${host}`, () => findHost(host, this.#options));
  }

  /** Whether a list has an address. Never rejects. */
  listing(list: string, address: string): LookupAnswer | Promise<LookupAnswer> {
    const name = listedName(address, list);
    if (name === null) return absent;
    return this.#ask(`list ${name}`, () => findListing(name, this.#options));
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
