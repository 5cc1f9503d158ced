/*
 * Names by which a client gets onto a channel whose clients may relay: names that a rewrite rule takes, and host names in
 * channel blocks.
 */
import { initialChannel } from '../decide/index.js';
import type { Lookup } from '../engine/index.js';
import type { CompiledPolicy, ReverseName } from '../policy/index.js';
import { exampleHost } from '../proof/index.js';
import { type RulePattern, rulesOf } from '../rewrite/index.js';
import { placeOf, type Span } from '../text/index.js';
import { sourceChannelOf } from './source-channel.js';
import type { LintSubject } from './subject.js';

/** An address from a network for documentation. Ref: RFC 5737 3 */
const strangerAddress = '192.0.2.1';

/** A name, and the rule or the host in a channel block that may switch its clients. */
export interface NamedClients {
  readonly host: string;
  /** The names as a message calls them. */
  readonly names: string;
  readonly span: Span;
  /** The place of the rule that has to fire; null for a host in a channel block. */
  readonly rule: string | null;
}

/** Names, and the channels that a client with one of them comes from and gets to. */
export interface RelayingClients extends NamedClients {
  readonly initial: string;
  readonly channel: string;
}

function namesOf({ kind, text }: RulePattern): string {
  switch (kind) {
    case 'host':
      return `the name \`${text}\``;
    case 'all':
    case 'first':
      return 'any name';
    case 'suffix':
      return `a name below \`${text.slice(1)}\``;
    default:
      return `a name like \`${text}\``;
  }
}

function candidatesOf({ policy, rules }: CompiledPolicy): NamedClients[] {
  const inRules = rulesOf(rules).flatMap(({ pattern, span }) => {
    const host = exampleHost(pattern);
    return host === null ? [] : [{ host, names: namesOf(pattern), span: pattern.span, rule: placeOf(span) }];
  });
  const inBlocks = [...policy.channels.channels.values()].flatMap((channel) =>
    channel.hosts.map(({ name, span }) => ({ host: name, names: `the name \`${name}\``, span, rule: null })),
  );
  return [...inRules, ...inBlocks];
}

/** Finds the names by which clients at some ports may relay; `reverseNameOf` says how far a name is confirmed. */
export function* relayingClients(
  subject: LintSubject,
  ports: readonly number[],
  reverseNameOf: (host: string) => ReverseName,
): Lookup<readonly RelayingClients[]> {
  const { policy } = subject;
  const found: RelayingClients[] = [];
  for (const candidate of candidatesOf(subject.compiled)) {
    for (const port of ports) {
      const client = { address: strangerAddress, reverseName: reverseNameOf(candidate.host), port };
      const what = `the source channel of clients with ${candidate.names}`;
      const asked = yield* subject.ask(what, candidate.span, (environment) =>
        sourceChannelOf(policy, client, environment),
      );
      if (asked === null) break;
      const { decision, fired } = asked.answer;
      const isCause = candidate.rule === null ? fired.size === 0 : fired.has(candidate.rule);
      if (!decision.relaying || !decision.switched || !isCause) continue;
      found.push({ ...candidate, initial: initialChannel(policy, port).name, channel: decision.channel });
      break;
    }
  }
  return found;
}
