/*
 * One address through the rewrite rules, to its new form and its channel.
 *   1  extract the first host     2  find the rule that matches it     3  apply its template
 *   4  `A%B`: start over;  else find the channel of the routing system
 * A local channel with further hosts in the address: the first specification is deleted and the rest starts over.
 * A percent or bang address that nothing matches gets one more round as `A%B@localhost`, which then stays whole.
 * Each round counts; over the ceiling the address fails, naming the rules that fired.
 * Throws StepLimitReached when the step budget is used up; nothing else.
 * Ref: PMDF 2.2.3, 2.2.4.1
 */
import { type Address, foldDomain, wireHosts } from '../address/index.js';
import type { Lookup, Tracer } from '../engine/index.js';
import { placeOf } from '../text/index.js';
import type { ErrorText } from './controls.js';
import {
  extractHost,
  joinAddress,
  printInForm,
  replaceHost,
  type Specification,
  splitForRewrite,
} from './extract-host.js';
import type {
  FiredRule,
  RewriteContext,
  RewriteResult,
  RewriteWorld,
  RoutingHost,
} from './rewrite-context.js';
import type { RewriteRules } from './rule-index.js';
import type { RuleResult } from './rule-result.js';
import { RuleSearch, type SearchResult, type SearchScope } from './search.js';

const defaultText = 'illegal host or domain name';
const defaultStatus = '5.1.2';

const noRules: readonly FiredRule[] = Object.freeze([]);

/** A destination: the address, its host, the routing system. */
interface Target {
  readonly address: Address;
  readonly host: string;
  readonly routingSystem: string;
  readonly specification: Specification;
}

/** The rewrite of one address, under way. */
export class Rewrite {
  readonly #scope: SearchScope;
  #address: Address;
  #rounds = 0;
  /** Of the round that is under way. */
  #search: RuleSearch | null = null;
  #tag = '';
  #errorText: ErrorText | undefined;
  /** Set when the address is local as a whole, whatever hosts it seems to have. */
  #isWhole = false;
  #fired: readonly FiredRule[] = noRules;

  constructor(scope: SearchScope, address: string) {
    this.#scope = scope;
    this.#address = splitForRewrite(address);
    const { context, world } = scope;
    world.environment.trace?.({
      kind: 'rewrite-begins',
      address,
      direction: context.direction,
      sourceChannel: context.sourceChannel?.name ?? null,
    });
  }

  /** Runs on as far as nothing is asked: gives the result, or null when something is. */
  runOn(): RewriteResult | null {
    const { ceiling } = this.#scope.world;
    while (this.#search !== null || this.#rounds < ceiling) {
      this.#search ??= this.#nextRound();
      const { specification } = this.#search;
      const found = this.#search.runOn();
      if (found === null) return null;
      this.#search = null;
      const result = this.#follow(found, specification);
      if (result !== undefined) return this.#end(result);
    }
    return this.#end(this.#atCeiling());
  }

  /** Runs to the end, and asks what there is to ask. */
  *finish(): Lookup<RewriteResult> {
    let result = this.runOn();
    while (result === null) {
      if (this.#search !== null) yield* this.#search.ask();
      result = this.runOn();
    }
    return result;
  }

  #nextRound(): RuleSearch {
    this.#rounds += 1;
    this.#scope.world.environment.budget.spend(1, 'rewriting');
    return new RuleSearch(this.#scope, this.#extract(), this.#tag);
  }

  #end(result: RewriteResult): RewriteResult {
    const { trace } = this.#scope.world.environment;
    if (trace !== undefined) traceEnd(result, trace);
    return result;
  }

  #atCeiling(): RewriteResult {
    const { ceiling } = this.#scope.world;
    const inFile = this.#fired.filter((rule) => typeof rule !== 'string');
    const places = [...new Set(inFile.map(placeOf))].join(', ');
    const text = `rewriting did not finish within ${ceiling} rounds${places === '' ? '' : `: ${places}`}`;
    return { kind: 'ceiling', address: joinAddress(this.#address), text, rules: this.#fired };
  }

  /** Ends a round; undefined when another follows. */
  #follow(found: SearchResult, specification: Specification): RewriteResult | undefined {
    const { world } = this.#scope;
    switch (found.kind) {
      case 'undecided':
        return { kind: 'failed', cause: found.cause, rules: this.#fired };
      case 'fired':
        this.#fired = [...this.#fired, found.rule];
        return this.#apply(found.expansion, specification);
      case 'in-channel-table':
        return this.#arrive(this.#unchanged(specification), found.entry);
      case 'nothing':
        if (!this.#isWhole && (specification.from === 'percent' || specification.from === 'bang')) {
          this.#isWhole = true;
          this.#address = { route: [], localPart: this.#address.localPart, domain: world.localHost };
          return undefined;
        }
        return this.#lost(this.#unchanged(specification));
    }
  }

  #extract(): Specification {
    const { context, world } = this.#scope;
    const bangFirst = context.sourceChannel?.bangOverPercent ?? false;
    const given = extractHost(this.#address, bangFirst);
    const { localPart } = this.#address;
    const specification: Specification = given ?? {
      from: 'at',
      host: world.localHost,
      user: localPart,
      rest: { route: [], localPart, domain: null },
    };
    world.environment.trace?.({
      kind: 'host-extracted',
      host: specification.host,
      from: given?.from ?? 'none',
    });
    return specification;
  }

  /** The address with its host as it is. */
  #unchanged(specification: Specification): Target {
    const { host, user } = specification;
    return { address: replaceHost(specification, user, host), host, routingSystem: host, specification };
  }

  #apply(
    expansion: Exclude<RuleResult, { kind: 'skipped' | 'undecided' }>,
    specification: Specification,
  ): RewriteResult | undefined {
    const { hosts } = this.#scope.world;
    const { tag, errorText } = expansion.settings;
    this.#tag = tag ?? this.#tag;
    this.#errorText = errorText ?? this.#errorText;
    if (expansion.kind === 'again') {
      this.#address = replaceHost(specification, expansion.user, expansion.host);
      return undefined;
    }
    if (expansion.kind === 'stop') {
      const target = this.#unchanged(specification);
      return this.#arrive(target, hosts.find(target.host));
    }
    const { host, routingSystem, routeHost } = expansion;
    const replaced = replaceHost(specification, expansion.user, host);
    const address = routeHost === null ? replaced : { ...replaced, route: [routeHost, ...replaced.route] };
    return this.#arrive({ address, host, routingSystem, specification }, hosts.find(routingSystem));
  }

  #arrive(target: Target, entry: RoutingHost | undefined): RewriteResult | undefined {
    if (entry === undefined) return this.#lost(target);
    const { rest } = target.specification;
    const bangFirst = this.#scope.context.sourceChannel?.bangOverPercent ?? false;
    if (entry.channel.isLocal && !this.#isWhole && extractHost(rest, bangFirst) !== undefined) {
      this.#address = rest;
      return undefined;
    }
    const { channel } = entry;
    const { address, host, routingSystem } = this.#withProperName(target, entry.properName);
    const form = this.#scope.context.location === 'envelope' ? channel.addressForm : '822';
    const printed = printInForm(wireHosts(address), form);
    return { kind: 'routed', address: printed, host, routingSystem, channel, rules: this.#fired };
  }

  /** An envelope To gets the proper name of the host that chose its channel. */
  #withProperName(target: Target, properName: string | null): Target {
    const { location, direction } = this.#scope.context;
    if (properName === null || location !== 'envelope' || direction !== 'forward') return target;
    const routing = foldDomain(target.routingSystem);
    const proper = (host: string): string => (foldDomain(host) === routing ? properName : host);
    const [first, ...further] = target.address.route;
    const { domain } = target.address;
    const address =
      first === undefined
        ? { ...target.address, domain: domain === null ? null : proper(domain) }
        : { ...target.address, route: [proper(first), ...further] };
    return { ...target, address, host: proper(target.host), routingSystem: properName };
  }

  #lost(target: Target): RewriteResult {
    return {
      kind: 'no-channel',
      address: joinAddress(target.address),
      host: target.host,
      routingSystem: target.routingSystem,
      matchedRule: this.#fired.length > 0,
      text: this.#errorText?.text ?? defaultText,
      status: this.#errorText?.status ?? defaultStatus,
      rules: this.#fired,
    };
  }
}

function traceEnd(result: RewriteResult, trace: Tracer): void {
  switch (result.kind) {
    case 'routed': {
      const { address, routingSystem, channel } = result;
      trace({ kind: 'rewrite-ends', address, routingSystem, channel: channel.name });
      break;
    }
    case 'no-channel': {
      const { address, routingSystem, text, status } = result;
      trace({ kind: 'rewrite-ends', address, routingSystem, channel: null, error: `${status} ${text}` });
      break;
    }
    case 'ceiling':
      trace({
        kind: 'rewrite-ends',
        address: result.address,
        routingSystem: null,
        channel: null,
        error: result.text,
      });
      break;
    case 'failed':
      trace({ kind: 'rewrite-ends', address: '', routingSystem: null, channel: null, error: result.cause });
      break;
  }
}

/** Rewrites one address: its destination, its form and the rules that fired. */
export function rewriteAddress(
  rules: RewriteRules,
  address: string,
  context: RewriteContext,
  world: RewriteWorld,
): Lookup<RewriteResult> {
  return new Rewrite({ rules, context, world }, address).finish();
}
