/*
 * Evaluates the SPF policy of a domain with the class SPF of haraka-plugin-spf, which is loaded with the first question. What
 * strangers publish and send is bounded here: look-ups, nesting, and the time of the whole evaluation. The class counts one look-up
 * too few, and ignores loops, so these parts are replaced; so are the prefixes of `mx`, of which it does not compare those for IPv6.
 * It never sees a macro.
 * Ref: RFC 7208 4.6.4, 5.2, 6.1
 */
import type { SPF, SpfResolver } from 'haraka-plugin-spf/lib/spf.js';
import { addressBytes } from '../../lib/address/index.js';
import { failed, found, type LookupAnswer, type LookupRequest } from '../../lib/engine/index.js';
import { errorName } from '../files/index.js';
import { type Clock, RecentAnswers, SharedQuestions, within } from '../time/index.js';
import type { FindRecords } from './dns-questions.js';
import { plausibleHostName } from './host-name.js';
import type { NameResolver } from './name-resolver.js';
import { isSpfRecord, readableRecord } from './spf-record.js';

/** How policies are evaluated. */
export interface PolicyQuestionOptions extends Pick<FindRecords, 'texts'> {
  /** The time limit of one evaluation, in milliseconds. */
  readonly timeoutMs: number;
  readonly resolver: NameResolver;
  readonly clock: Clock;
}

type Question = Extract<LookupRequest, { kind: 'spf' }>;

const mostUnderWay = 100;
const keptAnswers = 10_000;
/** A question of more characters, with a long HELO name, is asked each time. */
const longestKey = 1000;
const firmMs = 60_000;
const shakyMs = 5_000;

class Refused extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Whether a name can be asked for: a stranger writes it, and labels such as `_spf` are usual. */
function checked(name: string): string {
  const host = plausibleHostName(name);
  // A name that cannot exist is a name without records.
  if (host === null) throw new Refused('ENOTFOUND');
  return host;
}

function resolverFor(
  { client, sender, helo }: Question,
  { texts, resolver }: PolicyQuestionOptions,
): SpfResolver {
  return {
    resolveTxt: async (name) => {
      const records = await texts(checked(name));
      const values = { client, sender, helo, domain: name };
      // The class takes some other texts for records too.
      return records.filter(isSpfRecord).map((one) => readableRecord(one, values));
    },
    resolve: async (name) => await resolver.addresses(checked(name), 4),
    resolve4: async (name) => await resolver.addresses(checked(name), 4),
    resolve6: async (name) => await resolver.addresses(checked(name), 6),
    reverse: async (address) => {
      const octets = addressBytes(address);
      if (octets === null) throw new Refused('ENOTFOUND');
      return (await resolver.names(octets)).slice(0, 10);
    },
  };
}

/** Splits `:name/24//64`, the argument of `a` and `mx`; a prefix that is not written is the whole address. */
function splitPrefixes(argument: string): { name: string; prefix4: number; prefix6: number } {
  const [name = '', four = '32', , six = '128'] = argument.split('/');
  return { name, prefix4: Number(four), prefix6: Number(six) };
}

/** Whether two addresses of the same kind have the same first bits. */
function sameNetwork(one: string, other: string, prefix4: number, prefix6: number): boolean {
  const [a, b] = [addressBytes(one), addressBytes(other)];
  if (a === null || b === null || a.length !== b.length) return false;
  const bits = a.length === 4 ? prefix4 : prefix6;
  return a.every((octet, at) => {
    const ignored = Math.min(8, Math.max(0, 8 * (at + 1) - bits));
    return octet >> ignored === (b[at] ?? 0) >> ignored;
  });
}

/** Makes the evaluator of one policy; `depth` is how many others led to it. */
function evaluator(Library: typeof SPF, { mostQueries, mostNested }: Question, resolver: SpfResolver): SPF {
  class BoundedPolicy extends Library {
    readonly #depth: number;
    constructor(depth: number) {
      super();
      this.#depth = depth;
      this.resolver = resolver;
      // The class refuses the terms after the last look-up that is allowed.
      this.LIMIT = mostQueries + 1;
      // The whole evaluation has a time limit.
      this.dns_timeout_ms = 0;
    }
    override log_debug(): void {}
    override expand_macros(text: string): string {
      return text;
    }
    async #counted(ask: () => Promise<number>): Promise<number> {
      return this.count >= mostQueries ? this.SPF_PERMERROR : await ask();
    }
    override mech_a(qualifier: string, argument: string | null): Promise<number> {
      const { prefix4, prefix6 } = splitPrefixes(argument ?? '');
      if (prefix4 > 32 || prefix6 > 128) return Promise.resolve(this.SPF_PERMERROR);
      return this.#counted(() => super.mech_a(qualifier, argument));
    }
    override mech_mx(qualifier: string, argument: string | null): Promise<number> {
      const { name, prefix4, prefix6 } = splitPrefixes(argument ?? '');
      if (prefix4 > 32 || prefix6 > 128) return Promise.resolve(this.SPF_PERMERROR);
      return this.#counted(async () => {
        this._found_mx_addrs = [];
        // With a prefix for IPv6 the class takes every address of IPv6.
        const result = await super.mech_mx(qualifier, name);
        if (result !== this.SPF_NONE) return result;
        const isNear = this._found_mx_addrs.some((one) => sameNetwork(one, this.ip, prefix4, prefix6));
        return isNear ? this.return_const(qualifier) : result;
      });
    }
    override mech_ptr(qualifier: string, argument: string | null): Promise<number> {
      return this.#counted(() => super.mech_ptr(qualifier, argument));
    }
    override mech_exists(qualifier: string, argument: string): Promise<number> {
      return this.#counted(() => super.mech_exists(qualifier, argument));
    }
    override mech_include(qualifier: string, argument: string): Promise<number> {
      return this.#counted(() => this.#include(qualifier, argument.slice(1)));
    }
    async #include(qualifier: string, domain: string): Promise<number> {
      if (this.#depth >= mostNested) return this.SPF_PERMERROR;
      const inner = new BoundedPolicy(this.#depth + 1);
      inner.count = this.count + 1;
      inner.void_count = this.void_count;
      const result = await inner.check_host(this.ip, domain, this.mail_from);
      this.count = inner.count;
      this.void_count = inner.void_count;
      switch (result) {
        case this.SPF_PASS:
          return this.return_const(qualifier);
        case this.SPF_FAIL:
        case this.SPF_SOFTFAIL:
        case this.SPF_NEUTRAL:
          return this.SPF_NONE;
        case this.SPF_TEMPERROR:
          return result;
        default:
          return this.SPF_PERMERROR;
      }
    }
    override mod_redirect(domain: string): Promise<number> {
      return this.#counted(async () => {
        // Loops end by the number of look-ups.
        this.been_there = {};
        const result = await super.mod_redirect(domain);
        return result === this.SPF_NONE ? this.SPF_PERMERROR : result;
      });
    }
  }
  return new BoundedPolicy(0);
}

function answerOf(spf: SPF, result: number): LookupAnswer {
  switch (result) {
    case spf.SPF_PASS:
      return found('pass');
    case spf.SPF_FAIL:
      return found('fail');
    case spf.SPF_SOFTFAIL:
      return found('softfail');
    case spf.SPF_NEUTRAL:
      return found('neutral');
    case spf.SPF_NONE:
      return found('none');
    case spf.SPF_PERMERROR:
      return found('permerror');
    default:
      return failed('DNS does not answer');
  }
}

export class PolicyQuestions {
  readonly #options: PolicyQuestionOptions;
  readonly #recent: RecentAnswers<LookupAnswer>;
  readonly #shared = new SharedQuestions<LookupAnswer>();
  #underWay = 0;

  constructor(options: PolicyQuestionOptions) {
    this.#options = options;
    this.#recent = new RecentAnswers(options.clock, keptAnswers);
  }

  /** What the policy of a domain says of a client: the same answer to the recipients of a message. Never rejects. */
  evaluate(question: Question): LookupAnswer | Promise<LookupAnswer> {
    const domain = plausibleHostName(question.domain);
    if (domain === null) return found('none');
    const { client, sender, helo, mostQueries, mostNested } = question;
    const key = JSON.stringify([client, domain, sender, helo, mostQueries, mostNested]);
    const known = this.#recent.get(key);
    if (known !== undefined) return known;
    if (this.#underWay >= mostUnderWay) return failed('too many questions to DNS are under way');
    return this.#shared.ask(key, async () => {
      this.#underWay += 1;
      const answer = await this.#ask(question, domain);
      this.#underWay -= 1;
      if (key.length <= longestKey)
        this.#recent.keep(key, answer, answer.kind === 'failed' ? shakyMs : firmMs);
      return answer;
    });
  }

  async #ask(question: Question, domain: string): Promise<LookupAnswer> {
    const { clock, timeoutMs } = this.#options;
    try {
      const { SPF: Library } = await import('haraka-plugin-spf/lib/spf.js');
      const spf = evaluator(Library, question, resolverFor(question, this.#options));
      const asked = spf.check_host(question.client, domain, question.sender);
      const came = await within(clock, timeoutMs, asked);
      return came.kind === 'in-time' ? answerOf(spf, came.value) : failed(`no answer within ${timeoutMs} ms`);
    } catch (error) {
      return failed(`SPF cannot be evaluated: ${errorName(error)}`);
    }
  }
}
