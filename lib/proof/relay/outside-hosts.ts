/*
 * The hosts outside, as languages, for mail that comes in on one channel: what `policy/outside` says of one host, for all at once.
 */
import { isLocalChannelName } from '../../channel/index.js';
import type { Environment, Lookup } from '../../engine/index.js';
import {
  type CompiledPolicy,
  channelLeadsOutside,
  channelsForAllHosts,
  goesOutside,
  isForStrangersOnly,
  isReprocessing,
  isRuleForAnyone,
  rewriteEnvelope,
  unknownHost,
} from '../../policy/index.js';
import { type FiredRule, rulesOf } from '../../rewrite/index.js';
import type { Span } from '../../text/index.js';
import type { AddressLanguages } from '../language/address-languages.js';
import type { Language } from '../language/language.js';
import type { RouteFinder } from './routes.js';

/** Which hosts are outside for one source channel. */
export interface OutsideHosts {
  /** Hosts that may lead outside by the rules. */
  readonly outside: Language;
  /** Hosts that may lead inside by the rules. */
  readonly inside: Language;
  /** Local domains and what is below them. */
  readonly ours: Language;
  /** The channels that mail leaves by: those that always lead outside, and the one that unknown hosts lead to. */
  readonly leaving: ReadonlySet<string>;
  /** Those of them that take mail for every host outside. */
  readonly forAll: ReadonlySet<string>;
}

/** Whether a rule is the one that fired: there may be several in one line of YAML. */
function isRule(rule: Span | null, fired: FiredRule | undefined): boolean {
  if (rule === null || fired === undefined || typeof fired === 'string') return false;
  return rule.offset === fired.offset && rule.source.name === fired.source.name;
}

/** Finds them. */
export function* outsideHosts(
  { policy, rules }: CompiledPolicy,
  finder: RouteFinder,
  addresses: AddressLanguages,
  source: string,
  newEnvironment: () => Environment,
): Lookup<OutsideHosts> {
  const { languages } = addresses;
  const domains = [...policy.localDomains].map((domain) => languages.text(domain));
  const below = languages.optional(languages.joined(addresses.anyHost, languages.text('.')));
  const ours = languages.joined(below, languages.union(domains));
  // The facts about a policy are read off the rules without a tag; a rule with one may lead further.
  const tagged = rulesOf(rules).filter(({ pattern }) => pattern.tag !== '');
  const named = channelsForAllHosts(tagged, policy.hosts).filter(
    (channel) => !isLocalChannelName(channel) && !isReprocessing(channel),
  );
  const forAll = new Set([...policy.outside.leaving, ...named]);
  const leaving = new Set(forAll);
  for (const { name } of policy.channels.channels.values()) {
    if (goesOutside(policy, name) || (yield* channelLeadsOutside(policy, source, name, newEnvironment())))
      leaving.add(name);
  }
  const which = { direction: 'forward', sourceChannel: source } as const;
  const unknown = yield* rewriteEnvelope(policy, `built-in-entries@${unknownHost}`, which, newEnvironment());
  const unknownRule = unknown.rules.at(-1);
  const nobody = { local: languages.text('built-in-entries'), host: addresses.host };
  const routes = finder.find({ source, direction: 'forward', inner: addresses.host }, nobody);
  const outside: Language[] = [];
  const inside: Language[] = [];
  for (const { channel, given: host, rule } of routes) {
    const isUnknown = isRule(rule, unknownRule);
    if (goesOutside(policy, channel)) {
      outside.push(isForStrangersOnly(policy, channel) ? host : languages.difference(host, ours));
      if (!isForStrangersOnly(policy, channel)) inside.push(languages.intersection([host, ours]));
    } else if (isUnknown) outside.push(host);
    else if (rule !== null && isRuleForAnyone(policy, rule)) {
      outside.push(languages.difference(host, ours));
      inside.push(languages.intersection([host, ours]));
    } else inside.push(host);
  }
  return { outside: languages.union(outside), inside: languages.union(inside), ours, leaving, forAll };
}
