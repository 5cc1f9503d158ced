/*
 * Who may relay without having been meant to: whoever controls a name under an internal rule, and everything that comes
 * by way of this very host.
 */
import { type Diagnostic, warningAt } from '../diagnostics/diagnostic.js';
import { placeOf, type Span } from '../diagnostics/source.js';
import type { Environment } from '../lookup/environment.js';
import type { Lookup } from '../lookup/lookup.js';
import { rulesOf } from '../rewrite/rule.js';
import type { CompiledPolicy } from './compile-policy.js';
import { decideConnection } from './decide-connection.js';
import type { ConnectionDecision } from './decision.js';
import { askPolicy, exampleHost } from './lint-question.js';
import { channelNamed, type Policy } from './policy.js';
import type { ReverseName } from './session.js';

/** A client to ask about. */
interface Client {
  readonly address: string;
  readonly reverseName: ReverseName;
  readonly port: number;
}

/** The channel of a client, and the places of the rules that fired on the way. */
interface Choice {
  readonly decision: ConnectionDecision;
  readonly fired: ReadonlySet<string>;
}

const noName: ReverseName = { kind: 'none', cause: 'none is assumed' };

/** An address from a network that is for documentation; a rule about it is an example too. Ref: RFC 5737 3 */
const strangerAddress = '192.0.2.1';

/** One port for each channel that connections start with. */
function portsOf(policy: Policy): number[] {
  const { listeners } = policy.settings;
  const ports = new Map([[listeners.default, 0]]);
  for (const [port, channel] of listeners.ports) if (!ports.has(channel)) ports.set(channel, port);
  return [...ports.values()];
}

function* choose(policy: Policy, client: Client, environment: Environment): Lookup<Choice> {
  const fired = new Set<string>();
  const decision = yield* decideConnection(
    policy,
    {
      client: { address: client.address, port: 0 },
      server: { address: '', port: client.port },
      reverseName: client.reverseName,
    },
    {
      ...environment,
      trace: (event) => {
        if (event.kind === 'rule-tried' && event.fired) fired.add(event.place);
      },
    },
  );
  return { decision, fired };
}

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
      `whoever controls ${first.shown} may relay: its clients come in on \`${channel}\``,
      {
        hint: 'a name counts when it leads back to the client; to go by addresses alone set `switch_lookup: literal`',
        related: others.map(({ shown, span }) => ({ message: `so may whoever controls ${shown}`, span })),
      },
    ),
  ];
}

function* lintNames(compiled: CompiledPolicy, newEnvironment: () => Environment): Lookup<Diagnostic[]> {
  const { policy } = compiled;
  const diagnostics: Diagnostic[] = [];
  const found = new Map<string, Candidate[]>();
  for (const candidate of candidatesOf(compiled)) {
    for (const port of portsOf(policy)) {
      const reverseName: ReverseName = { kind: 'confirmed', name: candidate.host };
      const client: Client = { address: strangerAddress, reverseName, port };
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
      found.set(decision.channel, [...(found.get(decision.channel) ?? []), candidate]);
      break;
    }
  }
  return [...diagnostics, ...[...found].flatMap(([channel, candidates]) => nameFinding(channel, candidates))];
}

/** The addresses by which a host speaks to itself. */
const loopbackAddresses = ['127.0.0.1', '::1'];

function* lintLoopback(compiled: CompiledPolicy, newEnvironment: () => Environment): Lookup<Diagnostic[]> {
  const { policy, rules } = compiled;
  const spans = new Map(rulesOf(rules).map((rule) => [placeOf(rule.span), rule.pattern.span]));
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
      const { decision, fired } = asked.answer;
      if (!decision.switched) continue;
      const rule = [...fired].at(-1);
      const span =
        (rule === undefined ? undefined : spans.get(rule)) ?? channelNamed(policy, decision.channel).span;
      diagnostics.set(
        address,
        warningAt(
          span,
          'lint/loopback-internal',
          `\`${address}\` switches to \`${decision.channel}\`: a proxy or scanner on this host would make every client internal`,
          {
            hint: 'leave the loopback network out, unless whatever stands in front passes the address of the client on',
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
  const loopback = yield* lintLoopback(compiled, newEnvironment);
  return [...names, ...loopback];
}
