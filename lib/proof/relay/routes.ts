/*
 * Where addresses of a set may be routed, and as what: the rewrite rules followed for all of them at once. Each rule takes the
 * hosts that its pattern fits and that no earlier rule is certain to take. Where addresses may be routed in several ways, as after
 * a look-up, all are followed: a set may have routes that no address of it takes, and lacks none that one does.
 * Ref: PMDF 2.2.3, 2.2.4
 */
import { foldHost } from '../../address/index.js';
import type { CompiledPolicy } from '../../policy/index.js';
import {
  type HostPlace,
  hostPlaces,
  type RewriteContext,
  type RewriteRule,
  rulesOf,
  sortItems,
  whyControlsFail,
} from '../../rewrite/index.js';
import { placeOf, type Span } from '../../text/index.js';
import type { AddressLanguages } from '../language/address-languages.js';
import { numberOf, numbersWhere, wide } from '../language/characters.js';
import { DoubtfulHosts } from '../language/doubtful-hosts.js';
import { findText } from '../language/find-text.js';
import { isWithin, type Language } from '../language/language.js';
import { WorkLimitReached } from '../language/work-limit-reached.js';
import type { AllowedNotes } from './allowed-notes.js';
import { checkedHosts } from './checked-hosts.js';
import type { DatabaseContents } from './database-contents.js';
import { followTemplate, type MadeAddress } from './follow-template.js';
import type { AddressSet, Origins, Route, RouteDoubt, RouteQuestion } from './route.js';
import { groupsOf, type RuleGroup, type TaggedGroups } from './rule-groups.js';

/** Addresses on their way through the rules. */
interface Under extends AddressSet {
  readonly from: HostPlace;
  readonly tag: string;
  readonly isWhole: boolean;
  readonly isHostMade: boolean;
  readonly isLocalMade: boolean;
  readonly origins: Origins;
  readonly rule: Span | null;
  readonly isCertain: boolean;
  /** How many rounds of rewriting it takes. */
  readonly steps: number;
  readonly allowedAt: readonly string[];
  readonly doubt: RouteDoubt | null;
  /** The hosts that were given; null before any rule. */
  readonly given: Language | null;
}

const unfollowed = 'that it makes no address with text of the choice of a stranger';
const itself: Origins = (address) => [address];
/** More sets than any sensible rules make of one. */
const mostSets = 4_000;

function contextOf(
  { routingChannels }: CompiledPolicy['policy'],
  source: string,
  direction: RouteQuestion['direction'],
): RewriteContext {
  const sourceChannel = routingChannels.get(source) ?? null;
  return { location: 'envelope', direction, sourceChannel, destinationChannel: null };
}

/** What all searches of a policy share. */
interface SearchGround {
  readonly compiled: CompiledPolicy;
  readonly addresses: AddressLanguages;
  readonly contents: DatabaseContents;
  readonly notes: AllowedNotes;
  readonly groups: ReadonlyMap<string, TaggedGroups>;
  /** Local parts that may name further hosts. */
  readonly routing: Language;
}

/** The rules of a policy, to be followed for sets of addresses. */
export class RouteFinder {
  readonly #ground: SearchGround;

  constructor(
    compiled: CompiledPolicy,
    addresses: AddressLanguages,
    contents: DatabaseContents,
    notes: AllowedNotes,
  ) {
    const { languages } = addresses;
    const signs = languages.oneOf([numberOf('%'), numberOf('!')]);
    const any = languages.anyField;
    const some = languages.joined(languages.oneOf([...numbersWhere((code) => code !== 124), wide]), any);
    const routing = languages.joined(some, signs, some);
    this.#ground = {
      compiled,
      addresses,
      contents,
      notes,
      groups: groupsOf(rulesOf(compiled.rules), addresses),
      routing,
    };
  }

  /** Whether a rule for envelope addresses of a direction asks the general database, which may answer with an address of the site. */
  asksGeneral({ source, direction }: RouteQuestion): boolean {
    const { compiled } = this.#ground;
    const context = contextOf(compiled.policy, source, direction);
    return rulesOf(compiled.rules).some(({ template }) => {
      const { controls, output } = sortItems(template);
      return (
        output.some(({ kind }) => kind === 'general') &&
        hostPlaces.some((from) => whyControlsFail(controls, context, from) === undefined)
      );
    });
  }

  /** Local parts that may name further hosts. */
  get routing(): Language {
    return this.#ground.routing;
  }

  /** Finds the routes of a set. */
  find(question: RouteQuestion, { local, host }: AddressSet): readonly Route[] {
    return new RouteSearch(this.#ground, question).run({
      local,
      host,
      from: 'at',
      tag: '',
      isWhole: false,
      isHostMade: false,
      isLocalMade: false,
      origins: itself,
      rule: null,
      isCertain: true,
      steps: 0,
      allowedAt: [],
      doubt: null,
      given: null,
    });
  }
}

/** One search for the routes of a set. */
class RouteSearch {
  readonly #compiled: CompiledPolicy;
  readonly #addresses: AddressLanguages;
  readonly #contents: DatabaseContents;
  readonly #notes: AllowedNotes;
  readonly #groups: ReadonlyMap<string, TaggedGroups>;
  readonly #routing: Language;
  readonly #question: RouteQuestion;
  readonly #context: RewriteContext;
  readonly #open: Under[] = [];
  readonly #seen = new Set<string>();
  readonly #routes = new Map<string, Route>();

  constructor(ground: SearchGround, question: RouteQuestion) {
    const { compiled, addresses, contents, notes, groups, routing } = ground;
    this.#compiled = compiled;
    this.#addresses = addresses;
    this.#contents = contents;
    this.#notes = notes;
    this.#groups = groups;
    this.#routing = routing;
    this.#question = question;
    this.#context = contextOf(compiled.policy, question.source, question.direction);
  }

  run(first: Under): readonly Route[] {
    this.#add(first);
    for (const under of this.#open) this.#step(under);
    return [...this.#routes.values()];
  }

  #add(under: Under): void {
    const { nothing } = this.#addresses.languages;
    if (under.host === nothing || under.local === nothing) return;
    const key = [
      under.local.number,
      under.host.number,
      under.from,
      under.tag,
      under.isWhole,
      under.isHostMade,
      under.isLocalMade,
      under.given?.number ?? '',
      ...under.allowedAt,
    ].join(' ');
    if (this.#seen.has(key)) return;
    if (this.#open.length > mostSets) throw new WorkLimitReached();
    this.#seen.add(key);
    this.#open.push(under);
  }

  /** Follows what matches the hosts of a set. */
  #step(under: Under): void {
    const addresses = this.#addresses;
    const { languages } = addresses;
    const tagged = this.#groups.get(under.tag);
    const groups = tagged?.groups ?? [];
    const doubtful = new DoubtfulHosts(languages);
    let left = under.host;
    for (const group of groups) {
      if (group.place !== -2) break;
      const region = languages.intersection([left, group.hosts.all]);
      const fired = this.#applyGroup(under, group, region, doubtful);
      left = fired === left ? languages.nothing : languages.difference(left, fired);
    }
    const specific = groups.filter(({ place }) => place > -2 && place < 1000);
    const taken: Language[] = [];
    const firing = new Map<RuleGroup, Language>();
    for (const group of specific) {
      const { hosts } = group;
      if (group.exact !== null && !languages.has(left, group.exact)) continue;
      const before = tagged?.overlapping.before(group) ?? [];
      const below = before.flatMap((one) => firing.get(one) ?? []);
      const region = languages.intersection([left, hosts.all, languages.complement(languages.union(below))]);
      const fired = this.#applyGroup(under, group, region, doubtful);
      if (fired === languages.nothing) continue;
      const certain = fired === region ? hosts.only : languages.intersection([fired, hosts.only]);
      firing.set(group, certain);
      // Of the hosts of a wildcard those are sure to be found that are read as names or literals.
      taken.push(group.exact === null ? languages.intersection([certain, addresses.host]) : certain);
    }
    this.#arriveByTable(under, languages.difference(left, languages.union(taken)), doubtful);
    const named = this.#tableHosts();
    left = languages.difference(
      left,
      languages.union([...taken, ...named.map((host) => languages.text(host))]),
    );
    for (const group of groups) {
      if (group.place !== 1000) continue;
      const fired = this.#applyGroup(under, group, left, doubtful);
      left = fired === left ? languages.nothing : languages.difference(left, fired);
    }
    if (left === languages.nothing) return;
    for (const group of groups) {
      const kind = group.rules[0]?.pattern.kind;
      if (group.place === 1001 && kind === under.from) this.#applyGroup(under, group, left, doubtful);
    }
    // A percent or bang address that nothing matches is a local one as a whole.
    if (!under.isWhole && (under.from === 'percent' || under.from === 'bang')) {
      const { localHost } = this.#compiled.policy;
      this.#add({
        ...under,
        local: under.local === addresses.unquoted ? under.local : languages.anyField,
        host: languages.text(foldHost(localHost)),
        from: 'at',
        isWhole: true,
      });
    }
  }

  #tableHosts(): readonly string[] {
    return [...this.#compiled.policy.channels.hosts.keys()].filter((host) => host !== '');
  }

  #arriveByTable(under: Under, region: Language, doubtful: DoubtfulHosts): void {
    const { languages } = this.#addresses;
    for (const host of this.#tableHosts()) {
      if (!languages.has(region, foldHost(host))) continue;
      const one = languages.text(host);
      const isCertain = under.isCertain && !doubtful.mayHave(one, host);
      const steps = under.steps + 1;
      const arrived = { ...under, host: one, isCertain, steps, given: under.given ?? one };
      this.#arriveAt(arrived, { local: under.local, host: one, prefix: languages.emptyText }, host, arrived);
    }
  }

  /** Applies the rules of a pattern to hosts of a set; gives the hosts for which one of them is certain to fire. */
  #applyGroup(under: Under, group: RuleGroup, hosts: Language, doubtful: DoubtfulHosts): Language {
    const { languages } = this.#addresses;
    const { nothing } = languages;
    let left = hosts;
    for (const rule of group.rules) {
      if (left === nothing) return hosts;
      const { controls, output } = sortItems(rule.template);
      if (whyControlsFail(controls, this.#context, under.from) !== undefined) continue;
      const tried = { local: under.local, region: left, hosts: group.hosts };
      const { policy } = this.#compiled;
      const { may: region, sure } = checkedHosts(output, tried, group.exact, policy, this.#addresses);
      if (region === nothing) continue;
      const result = followTemplate(
        { rule, output, controls, input: { ...tried, region }, fixedHost: group.exact },
        this.#addresses,
        { contents: this.#contents, mappings: this.#compiled.mappings },
      );
      const doubt =
        result.cause === null ? under.doubt : { cause: result.cause, assumed: unfollowed, span: rule.span };
      const allowedAt = this.#allowedAt(under, rule);
      const isSure = region === sure && !result.mayFail && !doubtful.mayHave(region, group.exact);
      for (const { address: made, hosts: givenHosts } of result.made) {
        const isCertain = under.isCertain && isSure && result.made.length === 1;
        this.#follow(
          {
            ...under,
            rule: rule.span,
            host: givenHosts,
            isCertain,
            steps: under.steps + 1,
            allowedAt,
            doubt,
            given: under.given ?? givenHosts,
          },
          made,
          rule.pattern.kind === 'suffix' ? rule.pattern.text : '',
          doubtful,
        );
      }
      if (!isSure) doubtful.add(region, group.exact);
      const fires = result.sure === region ? sure : languages.intersection([sure, result.sure]);
      if (fires !== nothing) left = left === fires ? nothing : languages.difference(left, fires);
    }
    return left === hosts ? nothing : left === nothing ? hosts : languages.difference(hosts, left);
  }

  #allowedAt({ allowedAt }: Under, { span }: RewriteRule): readonly string[] {
    const place = placeOf(span);
    return this.#notes.above(place) === undefined || allowedAt.includes(place)
      ? allowedAt
      : [...allowedAt, place].sort();
  }

  /** Goes on with what a rule made; `domain` is what its pattern says that hosts are below. */
  #follow(under: Under, made: MadeAddress, domain: string, doubtful: DoubtfulHosts): void {
    const { languages } = this.#addresses;
    const tag = made.tag === null ? under.tag : foldHost(made.tag);
    if (made.kind === 'stop') {
      this.#arriveByTable({ ...under, tag }, under.host, doubtful);
      return;
    }
    // What is made of no host at all is nothing.
    const isText = under.host.shape.kind === 'text';
    if (made.host.is !== 'host' && !isText && findText(languages, under.host, languages.work) === null)
      return;
    const origins = originsThrough(under, made, domain);
    const set = { local: made.user.language, host: made.host.language };
    const isHostMade = made.host.is === 'host' ? under.isHostMade : made.host.fixed === null;
    const isLocalMade = under.isLocalMade || made.user.is === 'joined';
    if (made.kind === 'again') {
      this.#add({ ...under, ...set, isHostMade, isLocalMade, from: 'at', tag, origins });
      return;
    }
    const prefix =
      made.routeHost === null
        ? languages.emptyText
        : languages.joined(languages.text('@'), made.routeHost.language, languages.text(':'));
    const here = { ...under, isHostMade, isLocalMade, tag, origins };
    if (made.system.fixed !== null) this.#arriveAt(here, { ...set, prefix }, made.system.fixed, under);
    else {
      for (const host of this.#tableHosts()) {
        if (languages.has(made.system.language, foldHost(host)))
          this.#arriveAt(here, { ...set, prefix }, host, under);
      }
    }
  }

  /** Comes to the channel of a routing system; `before` is the set before the rule that named it. */
  #arriveAt(
    under: Under,
    { local, host, prefix }: AddressSet & { readonly prefix: Language },
    system: string,
    before: Under,
  ): void {
    const { policy } = this.#compiled;
    const { languages } = this.#addresses;
    const entry = policy.hosts.find(system);
    if (entry === undefined) return;
    const { channel, properName } = entry;
    if (channel.isLocal && !under.isWhole) {
      const inner = languages.intersection([before.local, this.#routing]);
      if (inner !== languages.nothing) this.#restart({ ...before, tag: under.tag });
    }
    const renamed =
      properName !== null && this.#question.direction === 'forward' && languages.has(host, foldHost(system))
        ? languages.union([host, languages.text(foldHost(properName))])
        : host;
    const { origins, rule, isCertain, steps, isHostMade, isLocalMade, allowedAt, doubt } = under;
    const given = under.given ?? before.host;
    const isKept = local === before.local && renamed === before.host && prefix === languages.emptyText;
    const isBare = channel.isLocal && !under.isWhole && local === before.local;
    const key = `${channel.name} ${local.number} ${isKept ? 'kept' : renamed.number} ${prefix.number} ${isHostMade} ${isLocalMade} ${isBare} ${given.number} ${rule?.offset ?? ''} ${rule?.source.name ?? ''} ${allowedAt.join(' ')}`;
    if (this.#routes.has(key)) return;
    this.#routes.set(key, {
      channel: channel.name,
      local,
      host: renamed,
      prefix,
      origins,
      rule,
      isCertain,
      steps,
      allowedAt,
      doubt,
      given,
      isHostMade,
      isLocalMade,
      isBare,
    });
  }

  /** Starts over with a local part that has hosts of its own. */
  #restart(before: Under): void {
    const { languages, localPart, unquoted, unquotedHost } = this.#addresses;
    // No host is found inside quotes.
    const isPlain = isWithin(before.local, localPart) || before.local === unquoted;
    const local = isPlain ? unquoted : languages.anyField;
    const { inner } = this.#question;
    const host = isPlain ? languages.intersection([inner, unquotedHost]) : inner;
    for (const from of ['percent', 'bang'] as const) {
      const origins: Origins = ({ local: user, host: one }) => {
        const outer = this.#compiled.policy.localHost;
        // PMDF's own entries take out what is after a percent sign and a local domain.
        const texts = from === 'percent' ? [`${user}%${one}`, `${user}%${outer}%${one}`] : [`${one}!${user}`];
        return texts.flatMap((text) => before.origins({ local: text, host: outer }));
      };
      this.#add({ ...before, local, host, from, isWhole: false, origins });
    }
  }
}

/** The addresses that a rule may have made one of; `domain` is what its pattern says that hosts are below. */
function originsThrough(under: Under, made: Exclude<MadeAddress, { kind: 'stop' }>, domain: string): Origins {
  const { origins } = under;
  if (made.user.is === 'user' && made.host.is === 'host') return origins;
  const exampleHost = made.exampleHost;
  return ({ local, host }) => {
    const before = made.host.is === 'before-domain' && domain !== '' ? [host + domain] : [];
    const example = exampleHost === null ? [] : [exampleHost];
    const hosts = made.host.is === 'host' ? [host] : [...before, ...example, host];
    return hosts.flatMap((one) => origins({ local, host: one }));
  };
}
