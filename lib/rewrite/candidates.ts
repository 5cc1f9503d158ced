/*
 * What is tried for a host, in order: the rules whose patterns fit it, the domain database if there is one, the channel table.
 *   $*  before everything        the channel table  just before `.`        $% or $!  after everything
 * Hosts as most are, names of letters and digits and IPv4 literals, are looked up without the probes that no rule can have;
 * every other host goes through all probes of `eachProbe`, with the same result.
 * Ref: PMDF 2.2.3.2, 2.2.4
 */
import { isPlainName } from '../address/index.js';
import type { Specification } from './extract-host.js';
import { eachProbe, matchAllProbe, type Probe } from './probe-order.js';
import type { CompiledRule, RewriteRules } from './rule-index.js';

/** One thing to try; `host`, `domain` and `literal` are the parts of the host as in a probe. */
export interface Candidate extends Pick<Probe, 'host' | 'domain' | 'literal'> {
  /** A rule; the key of an entry of the domain database; null for the channel table. */
  readonly tried: CompiledRule | string | null;
}

const ipv4Literal = /^\[[0-9]{1,3}(?:\.[0-9]{1,3}){3}\]$/;

/** The candidates for one host, in the making. */
class CandidateList {
  readonly candidates: Candidate[] = [];
  readonly #rules: RewriteRules;
  readonly #tag: string;

  constructor(rules: RewriteRules, tag: string) {
    this.#rules = rules;
    this.#tag = tag;
  }

  /** Whether a pattern of this length can be that of a rule. */
  mayHave(length: number): boolean {
    return this.#rules.lengths.has(this.#tag.length + length);
  }

  add(pattern: string, host: string, domain: string, literal: string): void {
    const rules = this.#rules.byPattern.get(this.#tag === '' ? pattern : this.#tag + pattern);
    if (rules === undefined) return;
    for (const tried of rules) this.candidates.push({ tried, host, domain, literal });
  }

  addProbe({ pattern, host, domain, literal }: Probe, as = pattern): void {
    this.add(as, host, domain, literal);
  }

  addDomainEntry({ pattern, host, domain, literal }: Probe): void {
    this.candidates.push({ tried: this.#tag + pattern, host, domain, literal });
  }

  addChannelTable(host: string): void {
    this.candidates.push({ tried: null, host, domain: '.', literal: '' });
  }
}

/** `a.b.c`, then `.b.c`, then `.c`; the host is folded. */
function addName(list: CandidateList, host: string): void {
  if (list.mayHave(host.length)) list.add(host, '', host, '');
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
    if (!list.mayHave(host.length - dot)) continue;
    const domain = host.slice(dot);
    list.add(domain, host.slice(0, dot), domain, '');
  }
}

/** `[1.2.3.4]`, then `[1.2.3.]`, `[1.2.]`, `[1.]`, `[]`. */
function addIpv4Literal(list: CandidateList, host: string): void {
  if (list.mayHave(host.length)) list.add(host, '', host, '');
  for (let stop = host.lastIndexOf('.') + 1; ; stop = host.lastIndexOf('.', stop - 2) + 1) {
    const kept = Math.max(stop, 1);
    if (list.mayHave(kept + 1)) list.add(`${host.slice(0, kept)}]`, '', host, host.slice(kept, -1));
    if (stop === 0) return;
  }
}

/** Lists what is tried for the host of a specification while a tag, folded, is set. */
export function candidatesFor(
  rules: RewriteRules,
  { host, from }: Pick<Specification, 'host' | 'from'>,
  tag: string,
  domainDatabase: boolean,
): readonly Candidate[] {
  const list = new CandidateList(rules, tag);
  const asWritten = matchAllProbe(host);
  if (list.mayHave(2)) list.addProbe(asWritten, '$*');
  const isSimple = !domainDatabase && !rules.hasStars;
  if (isSimple && isPlainName(host)) {
    addName(list, host);
    list.addChannelTable(host);
    list.addProbe(asWritten);
  } else if (isSimple && ipv4Literal.test(host)) {
    addIpv4Literal(list, host);
    list.addChannelTable(host);
    list.addProbe(asWritten);
  } else {
    addEveryProbe(list, host, domainDatabase);
  }
  if (from === 'percent' && list.mayHave(2)) list.addProbe(asWritten, '$%');
  if (from === 'bang' && list.mayHave(2)) list.addProbe(asWritten, '$!');
  return list.candidates;
}

/** The plain reading: every probe in turn. */
function addEveryProbe(list: CandidateList, host: string, domainDatabase: boolean): void {
  for (const probe of eachProbe(host)) {
    if (probe.pattern === '.') list.addChannelTable(host);
    list.addProbe(probe);
    if (domainDatabase && probe.domainDatabase) list.addDomainEntry(probe);
  }
}
