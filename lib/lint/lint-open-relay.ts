/*
 * Whether a stranger may send mail from one outside host to another: the one thing that a gateway must not do. Asked of
 * every channel that strangers come in on, by the question of a plain envelope, and of the channel that a rule switches
 * every client to.
 */
import { decideConnection, decideRecipient, demandOfAuth } from '../decide/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import {
  channelNamed,
  type Door,
  doorsOf,
  facesOutside,
  isForStrangersOnly,
  isRelayed,
  isSubmission,
  noName,
  type Policy,
  type RecipientRequest,
  type Session,
  strangerAt,
  unknownHost,
} from '../policy/index.js';
import { askPolicy, withEveryChance } from '../proof/index.js';
import { type Diagnostic, warningAt } from '../text/index.js';

const sender = 'stranger@sender.invalid';

const request: RecipientRequest = {
  to: { kind: 'address', address: { route: [], localPart: 'somebody', domain: unknownHost } },
  originalRecipient: null,
  notify: new Set(),
};

/**
 * Addresses of clients that have nothing in common: those for documentation, which all are in the upper half of the
 * address space, and one in the lower half. Ref: RFC 5737 3
 */
const strangerAddresses = ['7.7.7.7', '192.0.2.1', '198.51.100.1', '203.0.113.1'];

/** The channel by which mail of a client for someone outside goes out again; null where it does not. */
function* wayOutOf(policy: Policy, session: Session, environment: Environment): Lookup<string | null> {
  const options = { tables: true, bothPasses: false };
  const decision = yield* decideRecipient({ policy, session, environment }, sender, request, options);
  // Mail may leave by a channel that nothing comes in on.
  const outside = decision.deliveries.find((one) => isRelayed(policy, one));
  return decision.verdict.kind === 'accept' ? (outside?.channel ?? null) : null;
}

function mend(policy: Policy, { channel, port, tls }: Door, way: string): string {
  const entry = `put the entry \`${channel}|*|${way}|*   $NRelaying$ not$ permitted\` into ORIG_SEND_ACCESS`;
  if (isForStrangersOnly(policy, channel)) return entry;
  if (tls) {
    return `every stranger gets there by STARTTLS: give \`${channel}\` the keyword \`switchchannel\` and ${entry}`;
  }
  if (isSubmission(port)) {
    return `give \`${channel}\` the keyword \`mustsaslserver\`, so that nobody sends there without AUTH`;
  }
  return `give \`${channel}\` the keyword \`switchchannel\`, so that your own clients come in on another channel, and ${entry}`;
}

function openDoor(policy: Policy, door: Door, way: string): Diagnostic {
  const { channel } = door;
  return warningAt(
    channelNamed(policy, channel).span,
    'lint/open-relay',
    `this is an open relay: mail of strangers on \`${channel}\` goes out again by \`${way}\``,
    { hint: mend(policy, door, way) },
  );
}

/** The channel that the rules switch every client to from a door; null where they do not, or where strangers are expected. */
function* switchedTo(policy: Policy, { port }: Door, environment: Environment): Lookup<string | null> {
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

function switchedForAll(policy: Policy, door: Door, target: string, way: string): Diagnostic {
  return warningAt(
    channelNamed(policy, target).span,
    'lint/open-relay',
    `this is an open relay: the rules switch every client on \`${door.channel}\` to \`${target}\`, and its mail goes out by \`${way}\``,
    { hint: `let rules for the addresses of your own clients lead to \`${target}\`, and no others` },
  );
}

/** Asks whether the policy, with its access tables, is an open relay; a warning for each channel that is one. */
export function* lintOpenRelay(
  policy: Policy,
  newEnvironment: () => Environment,
): Lookup<readonly Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  for (const door of doorsOf(policy)) {
    const session = strangerAt(policy, door);
    if (demandOfAuth(policy, session) !== null) continue;
    const { span } = channelNamed(policy, door.channel);
    const what = `whether strangers on \`${door.channel}\` may relay`;
    const asked = yield* askPolicy(what, span, newEnvironment, function* (environment) {
      const wayOf = (from: Session): Lookup<string | null> =>
        withEveryChance(
          newEnvironment,
          (made) => wayOutOf(policy, from, made),
          (found) => found !== null,
        );
      const way = yield* wayOf(session);
      const target = door.tls ? null : yield* switchedTo(policy, door, environment);
      if (target === null) return { way, target, wayOfTarget: null };
      const wayOfTarget = yield* wayOf({ ...session, sourceChannel: target });
      return { way, target, wayOfTarget };
    });
    if ('finding' in asked) {
      diagnostics.push(asked.finding);
      continue;
    }
    const { way, target, wayOfTarget } = asked.answer;
    if (way !== null) diagnostics.push(openDoor(policy, door, way));
    if (target !== null && wayOfTarget !== null) {
      diagnostics.push(switchedForAll(policy, door, target, wayOfTarget));
    }
  }
  return diagnostics;
}
