/*
 * Whether strangers may send mail through this host from one outside host to another. It is asked on every channel that
 * strangers come in on, and on a channel that the rules switch every client to. The only finding that keeps a
 * configuration from being used, unless the settings allow an open relay.
 */
import type { Path } from '../../address/index.js';
import { auditSetup, decideConnection, decideRcpt, demandOfAuth } from '../../decide/index.js';
import type { Environment, Lookup } from '../../engine/index.js';
import {
  type Door,
  doorsOf,
  facesOutside,
  isForStrangersOnly,
  isRelayed,
  isSubmission,
  noName,
  type Policy,
  type Session,
  strangerAt,
  unknownHost,
} from '../../policy/index.js';
import { plainSender, tryRandomOutcomes } from '../../proof/index.js';
import type { Finding, RequestRule } from '../rule.js';
import type { LintSubject } from '../subject.js';

/** What to do for anyone who wants the policy as it is. */
export const allowOpenRelay = 'or, if every client may relay, set `open_relay: allowed` in pmdf.yaml';

const unknownRecipient: Path = {
  kind: 'address',
  address: { route: [], localPart: 'somebody', domain: unknownHost },
};

/** Addresses that no rule for one network takes together: three for documentation, and one far from them. Ref: RFC 5737 3 */
const strangerAddresses = ['7.7.7.7', '192.0.2.1', '198.51.100.1', '203.0.113.1'];

/** The channel by which mail of a client for an outside host leaves; null when it is rejected or stays inside. */
function* outgoingChannel(policy: Policy, session: Session, environment: Environment): Lookup<string | null> {
  const setup = { ...auditSetup(policy, environment), bothPasses: false };
  const open = { ...session, relaying: false };
  const { decision } = yield* decideRcpt(setup, open, plainSender, { to: unknownRecipient });
  const outside = decision.deliveries.find((one) => isRelayed(policy, one));
  return decision.verdict.kind === 'accept' ? (outside?.channel ?? null) : null;
}

/** The channel that the rules switch every client to; null when some stay, or when strangers are expected there. */
function* channelForAll(policy: Policy, { port }: Door, environment: Environment): Lookup<string | null> {
  const targets = new Set<string | null>();
  for (const address of strangerAddresses) {
    const connection = {
      client: { address, port: 4000 },
      server: { address: '192.0.2.2', port },
      reverseName: noName,
    } as const;
    const { switched, channel } = yield* decideConnection(policy, connection, environment);
    targets.add(switched ? channel : null);
  }
  const [target = null, ...others] = targets;
  return target === null || others.length > 0 || facesOutside(policy, target) ? null : target;
}

/** What lets relayed mail out: the channel it leaves by, and the channel that all clients are switched to. */
interface Ways {
  readonly outgoing: string | null;
  readonly switched: { readonly to: string; readonly outgoing: string } | null;
}

function* waysOf(subject: LintSubject, door: Door, environment: Environment): Lookup<Ways> {
  const { policy, newEnvironment } = subject;
  const session = strangerAt(policy, door);
  const outgoingFrom = (from: Session): Lookup<string | null> =>
    tryRandomOutcomes(
      newEnvironment,
      (made) => outgoingChannel(policy, from, made),
      (found) => found !== null,
    );
  const outgoing = yield* outgoingFrom(session);
  const to = door.tls ? null : yield* channelForAll(policy, door, environment);
  if (to === null) return { outgoing, switched: null };
  const afterSwitch = yield* outgoingFrom({ ...session, sourceChannel: to });
  return { outgoing, switched: afterSwitch === null ? null : { to, outgoing: afterSwitch } };
}

function cure(policy: Policy, { channel, port, tls }: Door, outgoing: string): string {
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
    for (const door of doorsOf(policy)) {
      const { channel } = door;
      if (demandOfAuth(policy, strangerAt(policy, door)) !== null) continue;
      const what = `whether strangers on \`${channel}\` may relay`;
      const asked = yield* subject.ask(what, subject.spanOfChannel(channel), (environment) =>
        waysOf(subject, door, environment),
      );
      if (asked === null) continue;
      const { outgoing, switched } = asked.answer;
      if (outgoing !== null) {
        const message = `mail from strangers on the channel \`${channel}\` goes out again by \`${outgoing}\``;
        findings.push(finding(channel, message, cure(policy, door, outgoing)));
      }
      if (switched !== null) {
        const { to } = switched;
        const message = `rewrite rules switch every client on \`${channel}\` to \`${to}\`, from where mail goes out by \`${switched.outgoing}\``;
        findings.push(
          finding(to, message, `let only rules for the addresses of your own clients lead to \`${to}\``),
        );
      }
    }
    return findings;
  },
} as const satisfies RequestRule;
