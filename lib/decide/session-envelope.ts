/*
 * What the client of a session is told after MAIL FROM and RCPT TO: by Haraka, and by the plugins that run. What the policy
 * decides about an envelope is in decide-sender and decide-recipient.
 */
import { type Path, parsePath } from '../address/index.js';
import { hasKeyword } from '../channel/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import { channelNamed, isOutsideRecipient, isSubmission } from '../policy/index.js';
import { accept, defer, type Reply, reject, reply, type Verdict } from '../smtp/index.js';
import { tlsRequired } from '../tls/index.js';
import { demandOfAuth } from './decide-auth.js';
import { decideRecipient } from './decide-recipient.js';
import { decideSender } from './decide-sender.js';
import { noEffects, type RecipientDecision, type SenderDecision, undelivered } from './decision.js';
import { joinShadowed } from './effects.js';
import {
  awaitsTls,
  decideStep,
  type OpenSession,
  type SessionSetup,
  type Step,
  withoutBrackets,
} from './session-setup.js';
import { channelsInDoubt, decideInDoubt, nameUnanswered } from './unanswered-name.js';
import { verifySender } from './verify-sender.js';

/** One RCPT TO; the path as text, with or without brackets, or read already. */
export interface SessionRecipient {
  readonly to: string | Path;
  /** ORCPT without its type; none when not given. */
  readonly originalRecipient?: string | null;
  readonly notify?: ReadonlySet<string>;
  /** Recipients of the same message before this one. */
  readonly earlierRecipients?: number;
}

/** The reply of Haraka itself on the submission ports. */
const authenticationRequired: Reply = reply(550, '', 'Authentication required');

function isClosedToMail({ policy, plugins }: SessionSetup, session: OpenSession): boolean {
  const { server, relaying, authUser, sourceChannel } = session;
  if (!isSubmission(server.port) || relaying || authUser !== null) return false;
  // pmdf/switchchannel keeps these ports open, and leaves a demand for AUTH to pmdf/auth, if that runs.
  const demandsAuth = hasKeyword(channelNamed(policy, sourceChannel), 'mustsaslserver');
  return plugins.has('switchchannel') && demandsAuth && !plugins.has('auth');
}

/** The refusal of Haraka for a path that it cannot read. */
function malformed(enhanced: string, expected: string): Verdict {
  return reject(null, reply(501, enhanced, `the address cannot be read, expected ${expected}`));
}

function undecidedSender(verdict: Verdict, envelopeFrom: string): SenderDecision {
  return {
    verdict,
    envelopeFrom,
    reversedFrom: envelopeFrom,
    replaced: false,
    senderHeader: null,
    effects: noEffects,
    entries: [],
    shadowed: [],
  };
}

export function* decideMail(
  setup: SessionSetup,
  session: OpenSession,
  from: string,
): Lookup<Step<SenderDecision>> {
  const { policy, plugins } = setup;
  const refused = (verdict: Verdict): Step<SenderDecision> => ({
    decision: undecidedSender(verdict, withoutBrackets(from)),
    trace: [],
  });
  if (awaitsTls(setup, session.sourceChannel, session.tls)) return refused(reject(null, tlsRequired));
  if (isClosedToMail(setup, session)) return refused(reject(null, authenticationRequired));
  const parsed = parsePath(from);
  if (parsed.kind === 'malformed')
    return { decision: undecidedSender(malformed('5.1.7', parsed.expected), ''), trace: [] };
  const demand = plugins.has('auth') ? demandOfAuth(policy, session) : null;
  if (demand !== null) return refused(reject(null, demand));
  return yield* decideStep<SenderDecision>(
    setup,
    function* (environment) {
      const sender = yield* decideInDoubt({ policy, session, environment }, (context) =>
        decideSender(context, parsed.path, { tables: plugins.has('access') }),
      );
      if (setup.verifiesSenders !== true || !plugins.has('access')) return sender;
      const verified = yield* verifySender({ policy, session, environment }, parsed.path);
      const shadowed = joinShadowed(verified.shadowed, sender.shadowed);
      const { verdict } = verified.verdict.kind === 'accept' ? sender : verified;
      return { ...sender, verdict, shadowed };
    },
    (cause) => undecidedSender(defer(cause), ''),
  );
}

/** The reply of Haraka if no plugin accepts the recipient. */
function* notAccepted(
  { policy, plugins }: SessionSetup,
  session: OpenSession,
  named: string,
  environment: Environment,
): Lookup<RecipientDecision> {
  const inDoubt = plugins.has('switchchannel')
    ? yield* channelsInDoubt({ policy, session, environment })
    : [];
  if (inDoubt.length === 0)
    return undelivered(named, reject(null, reply(550, '', `I cannot deliver mail for <${named}>`)));
  const cause = `its name cannot be looked up now, and could switch the client to \`${inDoubt[0]}\``;
  return undelivered(named, { kind: 'defer', place: null, reply: nameUnanswered, cause });
}

/** Without pmdf/access, pmdf/deliver accepts from clients that may not relay only recipients that are not outside. */
function* isAcceptedByDeliver(
  { policy, plugins }: SessionSetup,
  session: OpenSession,
  { path, channel }: { readonly path: Path; readonly channel: string | null },
  environment: Environment,
): Lookup<boolean> {
  if (plugins.has('access') || !plugins.has('deliver') || session.relaying) return true;
  if (channel === null) return false;
  const host = path.kind === 'address' ? (path.address.domain ?? '') : '';
  return !(yield* isOutsideRecipient(policy, session.sourceChannel, { host, channel }, environment));
}

/** Decides one RCPT TO; the envelope From is that of the decision on MAIL FROM. */
export function* decideRcpt(
  setup: SessionSetup,
  session: OpenSession,
  envelopeFrom: string,
  recipient: SessionRecipient,
): Lookup<Step<RecipientDecision>> {
  const { policy, plugins } = setup;
  const { to, originalRecipient = null, notify = new Set<string>(), earlierRecipients = 0 } = recipient;
  const named = typeof to === 'string' ? withoutBrackets(to) : '';
  const parsed = typeof to === 'string' ? parsePath(to) : ({ kind: 'path', path: to } as const);
  if (parsed.kind === 'malformed')
    return { decision: undelivered(named, malformed('5.1.3', parsed.expected)), trace: [] };
  const forwards = plugins.has('deliver') || plugins.has('forward');
  if (!forwards && !plugins.has('access')) return { decision: undelivered(named, accept(null)), trace: [] };
  const { path } = parsed;
  const request = { to: path, originalRecipient, notify, earlierRecipients };
  const options = { tables: plugins.has('access'), bothPasses: setup.bothPasses && forwards };
  return yield* decideStep<RecipientDecision>(
    setup,
    function* (environment) {
      const decision = yield* decideInDoubt({ policy, session, environment }, (context) =>
        decideRecipient(context, envelopeFrom, request, options),
      );
      const { verdict, channel } = decision;
      if (
        verdict.kind === 'accept' &&
        !(yield* isAcceptedByDeliver(setup, session, { path, channel }, environment))
      )
        return yield* notAccepted(setup, session, named, environment);
      // Other plugins deliver to the address as received.
      return forwards ? decision : { ...decision, deliveries: [] };
    },
    (cause) => undelivered(named, defer(cause)),
  );
}
