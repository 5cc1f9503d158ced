/*
 * Strangers whom rewrite rules switch to another channel, as known clients are: those for all hosts or all addresses (`.`, `[]`,
 * `$*`, `[*.*.*.*]`), and those for all names below a top-level domain. A few clients that no other rule names are tried, with
 * and without a name. Several addresses of a kind have to be switched: one of them may be in a mapping table that a rule calls.
 * Whom a database or a directory has to be asked for is known to the site.
 * Ref: PMDF 2.3.4.42
 */
import { literalOf } from '../address/index.js';
import { type Channel, switchesClients } from '../channel/index.js';
import { absent, driveNow, type Environment, StepBudget } from '../engine/index.js';
import { eachProbe, patternKey, type RewriteRule } from '../rewrite/index.js';
import { eachInSlices, type Slices } from '../text/index.js';
import { chooseSource, type SwitchingPolicy } from './choose-source.js';
import { noName, type StrangeClient, type SwitchedStranger, usualStranger } from './stranger.js';
import { topLevelDomainOf } from './top-level-domains.js';

/** Addresses of each kind, the usual one first. Ref: RFC 5737 3, RFC 3849 2 */
function* addressesOf(family: 4 | 6): Generator<string> {
  if (family === 4) {
    yield* [usualStranger, '198.51.100.1', '203.0.113.1'];
    for (let octet = 1; octet < 224; octet += 1) yield `${octet}.${octet}.${octet}.${octet}`;
  } else {
    yield '2001:db8::1';
    for (let group = 0x2000; group < 0x4000; group += 0x1f) yield `${group.toString(16)}::1`;
  }
}

function* namesOf(labels: number): Generator<string> {
  const host = ['mail', 'client', 'sender'].slice(3 - labels).join('.');
  for (let number = 0; number < 100; number += 1) yield `${host}.${number === 0 ? 'invalid' : `s${number}`}`;
}

/** Patterns that name something, as hosts are looked up by them. */
function* namingPatterns(rules: readonly RewriteRule[]): Slices<ReadonlySet<string>> {
  const found = new Set<string>();
  yield* eachInSlices(rules, ({ pattern }) => {
    if (!/^[.*[\]$]*$|^\[ipv6:\]$/i.test(pattern.text)) found.add(patternKey(pattern));
  });
  return found;
}

/** Some hosts that nothing names, the first ones. */
function unnamed(hosts: Iterable<string>, naming: ReadonlySet<string>, most: number): readonly string[] {
  const found: string[] = [];
  for (const host of hosts) {
    if (found.length === most) break;
    const literal = literalOf(host) ?? host;
    if (![...eachProbe(literal)].some(({ pattern }) => naming.has(pattern))) found.push(host);
  }
  return found;
}

/** A name below the top-level domain of a pattern; null where the pattern says more, or no stranger has such a name. */
function nameBelow({ pattern }: RewriteRule): string | null {
  const { kind, text, tag } = pattern;
  if (tag !== '' || topLevelDomainOf(pattern) === null) return null;
  return kind === 'stars' ? text.replaceAll('*', 'client') : `client.sender${text}`;
}

/** Clients all of whom are switched where one kind of strangers is. */
type Kind = readonly StrangeClient[];

const addressesOfKind = 5;

function* kindsOf(rules: readonly RewriteRule[]): Slices<readonly Kind[]> {
  const naming = yield* namingPatterns(rules);
  const addresses = ([4, 6] as const).map((family) => unnamed(addressesOf(family), naming, addressesOfKind));
  const kinds: Kind[] = addresses
    .filter(({ length }) => length > 0)
    .map((some) => some.map((address) => ({ address, reverseName: noName })));
  const [some = [usualStranger]] = addresses;
  const called = (name: string): void =>
    void kinds.push(some.map((address) => ({ address, reverseName: { kind: 'confirmed', name } })));
  for (const labels of [1, 2, 3]) for (const name of unnamed(namesOf(labels), naming, 1)) called(name);
  yield* eachInSlices(rules, (rule) => {
    const name = nameBelow(rule);
    if (name !== null) called(name);
  });
  return kinds;
}

/** More than any test of chance in sensible rules needs. */
const steps = 100_000;
const chances: readonly number[] = [0, 1 - Number.EPSILON];

function chosenFor(
  policy: SwitchingPolicy,
  initial: Channel,
  { address, reverseName }: StrangeClient,
): readonly Channel[] {
  return chances.flatMap((chance) => {
    const environment: Environment = {
      random: () => chance,
      uniqueString: () => 'unique',
      budget: new StepBudget(steps),
    };
    const client = { client: { address, port: 0 }, reverseName };
    try {
      return driveNow(chooseSource(policy, initial, client, environment), () => absent).channel;
    } catch {
      // Such a client is deferred.
      return [];
    }
  });
}

/** Finds the channels that strangers are switched to from some others, with a stranger for each of these. */
export function* switchedStrangersInSlices(
  policy: SwitchingPolicy,
  initial: readonly Channel[],
  rules: readonly RewriteRule[],
): Slices<ReadonlyMap<string, readonly SwitchedStranger[]>> {
  const found = new Map<string, SwitchedStranger[]>();
  const switching = initial.filter(switchesClients);
  if (switching.length === 0) return found;
  const kinds = yield* kindsOf(rules);
  for (const channel of switching) {
    yield* eachInSlices(kinds, ([first, ...others]) => {
      if (first === undefined) return;
      for (const { name } of chosenFor(policy, channel, first)) {
        const known = found.get(name) ?? [];
        if (name === channel.name || known.some(({ from }) => from === channel.name)) continue;
        const isForAll = others.every((one) =>
          chosenFor(policy, channel, one).some((chosen) => chosen.name === name),
        );
        if (isForAll) found.set(name, [...known, { ...first, from: channel.name }]);
      }
    });
  }
  return found;
}
