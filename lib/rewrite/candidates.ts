/*
 * What is tried for a host, in order: the rules whose patterns fit it, the domain database if there is one, the channel table.
 *   $*  before everything        the channel table  just before `.`        $% or $!  after everything
 * Each pattern is looked up only when all before it have failed. Hosts as most are, names of letters and digits and IPv4
 * literals, are looked up without the probes that no rule can have; every other host goes through all probes of `eachProbe`,
 * with the same result.
 * Ref: PMDF 2.2.3.2, 2.2.4
 */
import { isPlainName } from '../address/index.js';
import type { Specification } from './extract-host.js';
import { eachProbe, type Probe } from './probe-order.js';
import type { CompiledRule, RewriteRules } from './rule-index.js';

/** One thing to try: a rule; the key of an entry of the domain database; null for the channel table. */
export type Candidate = CompiledRule | string | null;

const ipv4Literal = /^\[[0-9]{1,3}(?:\.[0-9]{1,3}){3}\]$/;
const none: readonly Candidate[] = Object.freeze([]);
const channelTable: readonly Candidate[] = Object.freeze([null]);

/** What is looked up next; `labels` and `octets` are the steps of a plain name and of an IPv4 literal. */
type Step = 'first' | 'host' | 'labels' | 'octets' | 'probes' | 'channel-table' | 'all' | 'last' | 'end';

/** Goes through the candidates for one host. */
export class Candidates {
  /** The candidate that `next` came to. */
  tried: Candidate = null;
  /** The parts of the host as in a probe, for that candidate. */
  host = '';
  domain = '';
  literal = '';
  readonly #rules: RewriteRules;
  readonly #written: string;
  readonly #from: Specification['from'];
  readonly #tag: string;
  readonly #domainDatabase: boolean;
  #step: Step = 'first';
  /** Where in the host the next look-up cuts it. */
  #cut = 0;
  #probes: Iterator<Probe> | null = null;
  /** Those with the pattern that was looked up last. */
  #found = none;
  #at = 0;

  /** `tag` is the tag in force, folded. */
  constructor(
    rules: RewriteRules,
    { host, from }: Pick<Specification, 'host' | 'from'>,
    tag: string,
    domainDatabase: boolean,
  ) {
    this.#rules = rules;
    this.#written = host;
    this.#from = from;
    this.#tag = tag;
    this.#domainDatabase = domainDatabase;
  }

  /** Comes to the next candidate; false after the last. */
  next(): boolean {
    while (this.#at >= this.#found.length) {
      this.#found = none;
      this.#at = 0;
      if (!this.#proceed()) return false;
    }
    this.tried = this.#found[this.#at] ?? null;
    this.#at += 1;
    return true;
  }

  /** Looks up the next pattern; false when there is none. */
  #proceed(): boolean {
    switch (this.#step) {
      case 'first':
        this.#step = 'host';
        this.#findAny('$*');
        return true;
      case 'host':
        this.#step = this.#stepAfterHost();
        if (this.#step !== 'probes') this.#findWhole();
        return true;
      case 'labels':
        this.#findDomain();
        return true;
      case 'octets':
        this.#findNetwork();
        return true;
      case 'probes':
        this.#findProbe();
        return true;
      case 'channel-table':
        this.#step = 'all';
        this.#found = channelTable;
        return true;
      case 'all':
        this.#step = 'last';
        this.#findAny('.');
        return true;
      case 'last':
        this.#step = 'end';
        if (this.#from === 'percent') this.#findAny('$%');
        else if (this.#from === 'bang') this.#findAny('$!');
        return true;
      case 'end':
        return false;
    }
  }

  #stepAfterHost(): Step {
    if (this.#domainDatabase || this.#rules.hasStars) return 'probes';
    const host = this.#written;
    if (isPlainName(host)) return 'labels';
    if (!ipv4Literal.test(host)) return 'probes';
    this.#cut = host.lastIndexOf('.') + 1;
    return 'octets';
  }

  #findWhole(): void {
    const host = this.#written;
    if (this.#mayHave(host.length)) this.#find(host, 0, host, '');
  }

  /** Of `a.b.c`: `.b.c`, then `.c`. */
  #findDomain(): void {
    const host = this.#written;
    const dot = host.indexOf('.', this.#cut);
    if (dot === -1) {
      this.#step = 'channel-table';
      return;
    }
    this.#cut = dot + 1;
    if (!this.#mayHave(host.length - dot)) return;
    const domain = host.slice(dot);
    this.#find(domain, dot, domain, '');
  }

  /** Of `[1.2.3.4]`: `[1.2.3.]`, then `[1.2.]`, `[1.]`, `[]`. */
  #findNetwork(): void {
    const host = this.#written;
    const kept = Math.max(this.#cut, 1);
    if (this.#cut === 0) this.#step = 'channel-table';
    else this.#cut = host.lastIndexOf('.', this.#cut - 2) + 1;
    if (this.#mayHave(kept + 1)) this.#find(`${host.slice(0, kept)}]`, 0, host, host.slice(kept, -1));
  }

  /** The plain reading: every probe in turn. */
  #findProbe(): void {
    this.#probes ??= eachProbe(this.#written);
    const probe = this.#probes.next();
    if (probe.done === true) {
      this.#step = 'last';
      return;
    }
    const { pattern, host, domain, literal, domainDatabase } = probe.value;
    this.#setParts(host, domain, literal);
    const rules = this.#rules.byPattern.get(this.#tag + pattern) ?? none;
    const entries = this.#domainDatabase && domainDatabase ? [this.#tag + pattern] : none;
    this.#found = [...(pattern === '.' ? channelTable : none), ...rules, ...entries];
  }

  /** Looks up a pattern that fits every host. */
  #findAny(pattern: '$*' | '.' | '$%' | '$!'): void {
    if (!this.#mayHave(pattern.length)) return;
    const host = this.#written;
    const isLiteral = host.startsWith('[') && host.indexOf(']') === host.length - 1;
    this.#find(pattern, host.length, '.', isLiteral ? host.slice(1, -1) : '');
  }

  /** Whether a pattern of this length can be that of a rule. */
  #mayHave(length: number): boolean {
    return this.#rules.lengths.has(this.#tag.length + length);
  }

  /** Looks up the rules of a pattern that leaves the first characters of the host unsaid. */
  #find(pattern: string, unsaid: number, domain: string, literal: string): void {
    const rules = this.#rules.byPattern.get(this.#tag === '' ? pattern : this.#tag + pattern);
    if (rules === undefined) return;
    this.#found = rules;
    this.#setParts(this.#written.slice(0, unsaid), domain, literal);
  }

  #setParts(host: string, domain: string, literal: string): void {
    this.host = host;
    this.domain = domain;
    this.literal = literal;
  }
}
