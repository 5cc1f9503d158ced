/*
 * Whether strangers may send mail through this host from one outside host to another. It is asked on every channel that
 * strangers come in on, those that the rules switch them to included. The only finding that keeps a
 * configuration from being used, unless the settings allow an open relay.
 */
import type { Path } from '../../address/index.js';
import { auditSetup, decideRcpt, demandOfAuth } from '../../decide/index.js';
import type { Environment, Lookup } from '../../engine/index.js';
import {
  type EntryPoint,
  entryPointsByChannel,
  isForStrangersOnly,
  isRelayed,
  isSubmission,
  type Policy,
  type Session,
  type SwitchedStranger,
  strangerAt,
  unknownHost,
} from '../../policy/index.js';
import { plainSender, tryRandomOutcomes } from '../../proof/index.js';
import type { Finding, RequestRule } from '../rule.js';

/** What to do for anyone who wants the policy as it is. */
export const allowOpenRelay = 'or, if every client may relay, set `open_relay: allowed` in pmdf.yaml';

const unknownRecipient: Path = {
  kind: 'address',
  address: { route: [], localPart: 'somebody', domain: unknownHost },
};

/** The channel by which mail of a client for an outside host leaves; null when it is rejected or stays inside. */
function* outgoingChannel(policy: Policy, session: Session, environment: Environment): Lookup<string | null> {
  const setup = { ...auditSetup(policy, environment), bothPasses: false };
  const open = { ...session, relaying: false };
  const { decision } = yield* decideRcpt(setup, open, plainSender, { to: unknownRecipient });
  const outside = decision.deliveries.find((one) => isRelayed(policy, one));
  return decision.verdict.kind === 'accept' ? (outside?.channel ?? null) : null;
}

function* outgoingFor(
  policy: Policy,
  session: Session,
  newEnvironment: () => Environment,
): Lookup<string | null> {
  return yield* tryRandomOutcomes(
    newEnvironment,
    (made) => outgoingChannel(policy, session, made),
    (found) => found !== null,
  );
}

/** The clients that one stranger is an example of. */
function strangersIn({ address, reverseName }: SwitchedStranger): string {
  if (reverseName.kind !== 'none') return `clients with a name such as \`${reverseName.name}\``;
  return address.includes(':') ? 'every IPv6 client' : 'every client';
}

function cure(policy: Policy, { channel, port, tls }: EntryPoint, outgoing: string): string {
  const entry = `add the entry \`${channel}|*|${outgoing}|*   $NRelaying$ not$ permitted\` to the table ORIG_SEND_ACCESS`;
  if (isForStrangersOnly(policy, channel)) return entry;
  if (tls) {
    return `every stranger can get there by STARTTLS: give \`${channel}\` the keyword \`switchchannel\` and ${entry}`;
  }
  if (isSubmission(port)) {
    return `give \`${channel}\` the keyword \`mustsaslserver\`, so that clients have to authenticate`;
  }
  return `give \`${channel}\` the keyword \`switchchannel\`, so that your own clients come in on another channel, and ${entry}`;
}

/** What is wrong with an entry point, and what to do about it. */
function wordsFor(policy: Policy, entryPoint: EntryPoint, outgoing: string): [message: string, hint: string] {
  const { channel, tls, switched } = entryPoint;
  if (switched !== null && !tls) {
    return [
      `rewrite rules switch ${strangersIn(switched)} on \`${switched.from}\` to \`${channel}\`, from where mail goes out through \`${outgoing}\``,
      `let only rules for the addresses of your own clients lead to \`${channel}\``,
    ];
  }
  return [
    `mail from strangers on the channel \`${channel}\` goes out again through \`${outgoing}\``,
    cure(policy, entryPoint, outgoing),
  ];
}

export const openRelay = {
  code: 'lint/open-relay',
  severity: 'error',
  about:
    'Anyone on the Internet can send mail through this host to anyone else: no entry of the table ORIG_SEND_ACCESS rejects it. Haraka does not start with this error. Add the entry that the hint shows; if relaying for everyone is intended, set `open_relay: allowed` in pmdf.yaml, which makes it a warning.',
  *check(subject) {
    const { policy } = subject;
    const isAllowed = policy.settings.openRelay === 'allowed';
    const finding = (channel: string, message: string, hint: string): Finding => ({
      span: subject.spanOfChannel(channel),
      message: `this is an open relay: ${message}`,
      ...(isAllowed ? { severity: 'warning', hint } : { hint: `${hint}, ${allowOpenRelay}` }),
    });
    const findings: Finding[] = [];
    const found = new Set<string>();
    for (const entryPoint of [...entryPointsByChannel(policy).values()].flat()) {
      const { channel } = entryPoint;
      if (found.has(channel) || demandOfAuth(policy, strangerAt(policy, entryPoint)) !== null) continue;
      const what = `whether strangers on \`${channel}\` may relay`;
      const asked = yield* subject.ask(what, subject.spanOfChannel(channel), () =>
        outgoingFor(policy, strangerAt(policy, entryPoint), subject.newEnvironment),
      );
      if (asked === null || asked.answer === null) continue;
      const outgoing = asked.answer;
      found.add(channel);
      findings.push(finding(channel, ...wordsFor(policy, entryPoint, outgoing)));
    }
    return findings;
  },
} as const satisfies RequestRule;
