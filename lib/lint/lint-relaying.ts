/*
 * Who may relay without having been meant to: whoever controls a name under an internal rule, whoever claims one where
 * names need not be confirmed, and everything that comes by way of this very host.
 */

import type { ReverseName } from '../channel/index.js';
import { type Channel, confirmationOf } from '../channel/index.js';
import { initialChannel } from '../decide/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import { type CompiledPolicy, channelNamed, isForStrangersOnly, noName } from '../policy/index.js';
import { askPolicy, exampleHost } from '../proof/index.js';
import { rulesOf } from '../rewrite/index.js';
import { type Diagnostic, placeOf, type Span, warningAt } from '../text/index.js';
import { type Client, choose, placeOfChoice, portsOf, strangerAddress } from './clients.js';

/** A name that may switch a client: the rule or the host of a channel that makes it so. */
interface Candidate {
  readonly host: string;
  /** How people call these names. */
  readonly shown: string;
  readonly span: Span;
  /** The rule that has to fire; null for a host of the channel table. */
  readonly place: string | null;
}

function shownName(kind: string, text: string): string {
  switch (kind) {
    case 'host':
      return `the name \`${text}\``;
    case 'all':
    case 'first':
      return 'any name';
    default:
      return `a name under \`${text}\``;
  }
}

function candidatesOf({ policy, rules }: CompiledPolicy): Candidate[] {
  const byRule = rulesOf(rules).flatMap(({ pattern, span }) => {
    const host = exampleHost(pattern);
    if (host === null) return [];
    return [{ host, shown: shownName(pattern.kind, pattern.text), span: pattern.span, place: placeOf(span) }];
  });
  const byChannel = [...policy.channels.channels.values()].flatMap((channel) =>
    channel.hosts.map(({ name, span }) => ({ host: name, shown: `the name \`${name}\``, span, place: null })),
  );
  return [...byRule, ...byChannel];
}

/** One finding for each channel that names lead to, with the further names as related places. */
function nameFinding(channel: string, [first, ...others]: readonly Candidate[]): Diagnostic[] {
  if (first === undefined) return [];
  return [
    warningAt(
      first.span,
      'lint/name-may-relay',
      `anyone who controls ${first.shown} may relay: its clients come in on \`${channel}\``,
      {
        hint: 'a name counts when it leads back to the client; to go by addresses alone set `switch_lookup: literal`',
        related: others.map(({ shown, span }) => ({ message: `so may anyone who controls ${shown}`, span })),
      },
    ),
  ];
}

/** One finding for each channel on which unconfirmed names count, at the keyword that says so. */
function unconfirmedFinding(initial: Channel, [first, ...others]: readonly Candidate[]): Diagnostic[] {
  if (first === undefined) return [];
  const span = initial.keywords.get('forwardchecknone')?.span ?? initial.span;
  return [
    warningAt(
      span,
      'lint/name-unconfirmed',
      `whoever gives their address ${first.shown} may relay: names need not lead back to the client`,
      {
        hint: 'take `forwardchecknone` out: then only a name counts that leads back to the client',
        related: [first, ...others].map((one) => ({ message: `${one.shown} switches here`, span: one.span })),
      },
    ),
  ];
}

/** The names that switch a client to a channel that may relay, by that channel and by the channel it came from. */
interface FoundNames {
  readonly diagnostics: readonly Diagnostic[];
  readonly byTarget: ReadonlyMap<string, readonly Candidate[]>;
  readonly byInitial: ReadonlyMap<string, readonly Candidate[]>;
}

function* findNames(
  compiled: CompiledPolicy,
  ports: readonly number[],
  reverseNameOf: (host: string) => ReverseName,
  newEnvironment: () => Environment,
): Lookup<FoundNames> {
  const { policy } = compiled;
  const diagnostics: Diagnostic[] = [];
  const byTarget = new Map<string, Candidate[]>();
  const byInitial = new Map<string, Candidate[]>();
  for (const candidate of candidatesOf(compiled)) {
    for (const port of ports) {
      const client: Client = { address: strangerAddress, reverseName: reverseNameOf(candidate.host), port };
      const what = `where clients with ${candidate.shown} come in`;
      const asked = yield* askPolicy(what, candidate.span, newEnvironment, (environment) =>
        choose(policy, client, environment),
      );
      if ('finding' in asked) {
        diagnostics.push(asked.finding);
        break;
      }
      const { decision, fired } = asked.answer;
      const isItsDoing = candidate.place === null ? fired.size === 0 : fired.has(candidate.place);
      if (!decision.relaying || !decision.switched || !isItsDoing) continue;
      const initial = initialChannel(policy, port).name;
      byTarget.set(decision.channel, [...(byTarget.get(decision.channel) ?? []), candidate]);
      byInitial.set(initial, [...(byInitial.get(initial) ?? []), candidate]);
      break;
    }
  }
  return { diagnostics, byTarget, byInitial };
}

function* lintNames(compiled: CompiledPolicy, newEnvironment: () => Environment): Lookup<Diagnostic[]> {
  const confirmed = (name: string): ReverseName => ({ kind: 'confirmed', name });
  const found = yield* findNames(compiled, portsOf(compiled.policy), confirmed, newEnvironment);
  return [
    ...found.diagnostics,
    ...[...found.byTarget].flatMap(([channel, candidates]) => nameFinding(channel, candidates)),
  ];
}

function* lintUnconfirmed(compiled: CompiledPolicy, newEnvironment: () => Environment): Lookup<Diagnostic[]> {
  const { policy } = compiled;
  const unconfirmed = (name: string): ReverseName => ({ kind: 'unconfirmed', name, cause: 'as is assumed' });
  const ports = portsOf(policy).filter((port) => confirmationOf(initialChannel(policy, port)) === 'none');
  const found = yield* findNames(compiled, ports, unconfirmed, newEnvironment);
  return [...found.byInitial].flatMap(([channel, candidates]) =>
    unconfirmedFinding(channelNamed(policy, channel), candidates),
  );
}

/** The addresses by which a host speaks to itself. */
const loopbackAddresses = ['127.0.0.1', '::1'];

function* lintLoopback(compiled: CompiledPolicy, newEnvironment: () => Environment): Lookup<Diagnostic[]> {
  const { policy } = compiled;
  const diagnostics = new Map<string, Diagnostic>();
  for (const address of loopbackAddresses) {
    for (const port of portsOf(policy)) {
      const initial = policy.settings.listeners.ports.get(port) ?? policy.settings.listeners.default;
      const client: Client = { address, reverseName: noName, port };
      const asked = yield* askPolicy(
        `where clients at ${address} come in`,
        channelNamed(policy, initial).span,
        newEnvironment,
        (environment) => choose(policy, client, environment),
      );
      if ('finding' in asked) {
        diagnostics.set(address, asked.finding);
        continue;
      }
      const { decision } = asked.answer;
      // From one channel for strangers to another, nobody is internal.
      if (!decision.switched || isForStrangersOnly(policy, decision.channel)) continue;
      diagnostics.set(
        address,
        warningAt(
          placeOfChoice(compiled, asked.answer),
          'lint/loopback-internal',
          `\`${address}\` switches to \`${decision.channel}\`: a proxy or scanner on this host would make every client internal`,
          {
            hint: 'leave the loopback network out, unless the proxy passes the address of the client on',
          },
        ),
      );
    }
  }
  return [...diagnostics.values()];
}

/** Finds clients that may relay though most likely nobody meant it. */
export function* lintRelaying(
  compiled: CompiledPolicy,
  newEnvironment: () => Environment,
): Lookup<Diagnostic[]> {
  const names = yield* lintNames(compiled, newEnvironment);
  const unconfirmed = yield* lintUnconfirmed(compiled, newEnvironment);
  const loopback = yield* lintLoopback(compiled, newEnvironment);
  return [...names, ...unconfirmed, ...loopback];
}
