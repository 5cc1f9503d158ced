/*
 * Takes the decisions that the gateway would take on a connection and an envelope, each with its trace: the connection,
 * PORT_ACCESS, the sender, every recipient. Recipients are explained even where the client or the sender is refused.
 * What goes wrong while deciding defers, as it does in the gateway.
 */
import { asciiDomain, type Path, parsePath } from '../../lib/address/index.js';
import type { ReverseName } from '../../lib/channel/index.js';
import { hasKeyword, reverseNameUse } from '../../lib/channel/index.js';
import {
  type AccessEffects,
  type ConnectionDecision,
  decideConnection,
  decideInDoubt,
  decidePort,
  decideRecipient,
  decideSender,
  demandOfAuth,
  initialChannel,
  noEffects,
  offerOfAuth,
  type PortDecision,
  type RecipientDecision,
  type SenderDecision,
  type ShadowedVerdict,
  switchAfterCommands,
} from '../../lib/decide/index.js';
import type { Environment, Lookup, TraceEvent } from '../../lib/engine/index.js';
import { channelNamed, type Policy, type Session } from '../../lib/policy/index.js';
import { accept, defer, type Reply, reject, reply, type Verdict } from '../../lib/smtp/index.js';
import { tlsRequired } from '../../lib/tls/index.js';
import { DecisionFailed, type World } from '../../runtime/index.js';
import { forwards, judgesRecipients, whatRunsIn } from './install.js';
import { type ExplainRequest, withoutBrackets } from './request.js';
import { type DeliveryTls, type OfferedTls, offeredTls, tlsOfDeliveries } from './tls.js';
import type { WhatRuns } from './what-runs.js';

/** A decision and how it came about. */
export interface Explained<D> {
  readonly decision: D;
  readonly trace: readonly TraceEvent[];
}

/** The client: its channel, and PORT_ACCESS's word on it. */
export interface ClientDecision extends ConnectionDecision {
  readonly verdict: Verdict;
  readonly effects: AccessEffects;
  readonly entries: readonly string[];
  readonly shadowed: readonly ShadowedVerdict[];
  /** Null when the client did not authenticate. */
  readonly auth: AuthDecision | null;
}

/** What pmdf/auth says to a password that the client sends; null: it takes it. */
export interface AuthDecision {
  readonly user: string;
  readonly refusal: Reply | null;
  /** Whether pmdf/auth runs at all; otherwise another plugin may take the password. */
  readonly runs: boolean;
}

/** Everything about one request. */
export interface Explanation {
  /** The name of the client. */
  readonly name: ReverseName;
  readonly client: Explained<ClientDecision>;
  readonly from: Explained<SenderDecision>;
  /** In the order of the request. */
  readonly to: readonly Explained<RecipientDecision>[];
  /** What the client is offered. */
  readonly tls: OfferedTls;
  /** Which plugins the install runs. */
  readonly runs: WhatRuns;
  /** How the mail for each recipient leaves, in the order of the request. */
  readonly deliveryTls: readonly (readonly DeliveryTls[])[];
}

/** Decides with a trace; where that fails, `onFailure` says what counts instead. */
async function decideTraced<D>(
  world: World,
  policy: Policy,
  work: (environment: Environment) => Lookup<D>,
  onFailure: (cause: string) => D,
): Promise<Explained<D>> {
  const trace: TraceEvent[] = [];
  try {
    const decision = await world.decide(policy, work, (event) => trace.push(event));
    return { decision, trace };
  } catch (error) {
    if (!(error instanceof DecisionFailed)) throw error;
    return { decision: onFailure(error.message), trace };
  }
}

/** The name of the client: as the gateway finds it, or as it is given. */
async function nameOf(world: World, policy: Policy, request: ExplainRequest): Promise<ReverseName> {
  const { client, server, name, live } = request;
  if (live !== true)
    return name === null
      ? { kind: 'none', cause: 'none is given' }
      : { kind: 'confirmed', name: asciiDomain(name) };
  const initial = initialChannel(policy, server.port);
  if (reverseNameUse(initial).lookedUp) return await world.reverseName(policy, client.address);
  return { kind: 'none', cause: `\`${initial.name}\` has no names looked up` };
}

function sessionOf(request: ExplainRequest, reverseName: ReverseName, sourceChannel: string): Session {
  const { client, server, helo, tls, authUser } = request;
  return {
    client,
    server,
    reverseName,
    sourceChannel,
    helo,
    esmtp: true,
    tls,
    authUser,
  };
}

const notAsked: PortDecision = { verdict: accept(null), effects: noEffects, entries: [], shadowed: [] };

async function explainClient(
  world: World,
  policy: Policy,
  request: ExplainRequest,
  reverseName: ReverseName,
  runs: WhatRuns,
): Promise<Explained<ClientDecision>> {
  const initial = initialChannel(policy, request.server.port).name;
  const connection = sessionOf(request, reverseName, initial);
  const unknown = { channel: initial, switched: false, relaying: false };
  const chosen = await decideTraced<
    ConnectionDecision & { readonly cause: string | null; readonly auth: AuthDecision | null }
  >(
    world,
    policy,
    function* (environment) {
      const decision = runs.ours.has('switchchannel')
        ? yield* decideConnection(policy, connection, environment)
        : { ...unknown, why: '`pmdf/switchchannel` is not in config/plugins, so no client is switched' };
      const tls = request.tls && runs.ours.has('maytls');
      const authUser = runs.ours.has('auth') ? request.authUser : null;
      const after = switchAfterCommands(policy, decision, { tls, authUser }, environment.trace);
      return { ...after, cause: null, auth: explainAuth(policy, request, decision, runs) };
    },
    (cause) => ({ ...unknown, why: 'the channel cannot be found out now', cause, auth: null }),
  );
  const port = await decideTraced<PortDecision>(
    world,
    policy,
    function* (environment) {
      if (!runs.ours.has('access')) return notAsked;
      return yield* decidePort({
        policy,
        session: { ...connection, sourceChannel: chosen.decision.channel },
        environment,
      });
    },
    (cause) => ({ ...notAsked, verdict: defer(cause) }),
  );
  const { cause, ...decision } = chosen.decision;
  const verdict = cause === null ? port.decision.verdict : defer(cause);
  const { effects, entries, shadowed } = port.decision;
  return {
    decision: { ...decision, verdict, effects, entries, shadowed },
    trace: [...chosen.trace, ...port.trace],
  };
}

/** Whether AUTH would have been taken, on the channel that the session was on when it came. */
function explainAuth(
  policy: Policy,
  { authUser, tls }: ExplainRequest,
  decision: ConnectionDecision,
  { ours }: WhatRuns,
): AuthDecision | null {
  if (authUser === null) return null;
  if (!ours.has('auth')) return { user: authUser, refusal: null, runs: false };
  const switches = { tls: tls && ours.has('maytls'), authUser: null };
  const { channel } = switchAfterCommands(policy, decision, switches);
  const refusal = offerOfAuth(policy, { sourceChannel: channel, tls }).inClear;
  return { user: authUser, refusal, runs: true };
}

/** What a malformed path is answered: before any table sees it. */
function malformed(enhanced: string, expected: string): Verdict {
  return reject(null, reply(501, enhanced, `the address cannot be read, expected ${expected}`));
}

async function explainSender(
  world: World,
  policy: Policy,
  session: Session,
  from: string,
  { ours }: WhatRuns,
): Promise<Explained<SenderDecision>> {
  const parsed = parsePath(from);
  const nothing = {
    envelopeFrom: '',
    reversedFrom: '',
    replaced: false,
    senderHeader: null,
    effects: noEffects,
    entries: [],
    shadowed: [],
  };
  if (parsed.kind === 'malformed') {
    return { decision: { ...nothing, verdict: malformed('5.1.7', parsed.expected) }, trace: [] };
  }
  const demand = ours.has('auth') ? demandOfAuth(policy, session) : null;
  if (demand !== null) return { decision: { ...nothing, verdict: reject(null, demand) }, trace: [] };
  return await decideTraced<SenderDecision>(
    world,
    policy,
    (environment) =>
      decideInDoubt({ policy, session, environment }, (context) =>
        decideSender(context, parsed.path, { tables: ours.has('access') }),
      ),
    (cause) => ({ ...nothing, verdict: defer(cause) }),
  );
}

function withoutDeliveries(address: string, verdict: Verdict): RecipientDecision {
  return { verdict, address, channel: null, deliveries: [], effects: noEffects, entries: [], shadowed: [] };
}

/** Without pmdf/access, pmdf/deliver vouches only for what is inside, and for everything from clients that may relay. */
function isVouchedFor(
  policy: Policy,
  channel: string | null,
  relaying: boolean,
  { ours }: WhatRuns,
): boolean {
  if (ours.has('access') || !ours.has('deliver') || relaying) return true;
  return channel !== null && !hasKeyword(channelNamed(policy, channel), 'switchchannel');
}

/** Explains RCPT TO for a path that could be read. */
async function explainPath(
  world: World,
  policy: Policy,
  session: Session,
  envelopeFrom: string,
  { asked, to, relaying }: { readonly asked: string; readonly to: Path; readonly relaying: boolean },
  runs: WhatRuns,
): Promise<Explained<RecipientDecision>> {
  if (!judgesRecipients(runs)) return { decision: withoutDeliveries(asked, accept(null)), trace: [] };
  const options = { tables: runs.ours.has('access'), bothPasses: forwards(runs) };
  const request = { to, originalRecipient: null, notify: new Set<string>() };
  const explained = await decideTraced<RecipientDecision>(
    world,
    policy,
    (environment) =>
      decideInDoubt({ policy, session, environment }, (context) =>
        decideRecipient(context, envelopeFrom, request, options),
      ),
    (cause) => withoutDeliveries(asked, defer(cause)),
  );
  const { decision, trace } = explained;
  if (decision.verdict.kind === 'accept' && !isVouchedFor(policy, decision.channel, relaying, runs)) {
    const refusal = reply(550, '', `I cannot deliver mail for <${asked}>`);
    return { decision: withoutDeliveries(asked, reject(null, refusal)), trace };
  }
  if (forwards(runs)) return explained;
  // Other plugins deliver to the address as received.
  return { trace, decision: { ...decision, deliveries: [] } };
}

/** Explains one request under the policy in force. */
export async function decideRequest(world: World, request: ExplainRequest): Promise<Explanation> {
  const policy = world.policy();
  const name = await nameOf(world, policy, request);
  const runs = whatRunsIn(world);
  const client = await explainClient(world, policy, request, name, runs);
  const session = sessionOf(request, name, client.decision.channel);
  const tls = offeredTls(policy, session.sourceChannel, request.tls, runs);
  const asked = await explainSender(world, policy, session, request.from, runs);
  // MAIL is refused before any table is asked.
  const from = tls.awaited
    ? { decision: { ...asked.decision, verdict: reject(null, tlsRequired) }, trace: [] }
    : asked;
  const to: Explained<RecipientDecision>[] = [];
  const { envelopeFrom } = asked.decision;
  const { relaying } = client.decision;
  for (const written of request.to) {
    const bare = withoutBrackets(written);
    const parsed = parsePath(written);
    to.push(
      parsed.kind === 'malformed'
        ? { decision: withoutDeliveries(bare, malformed('5.1.3', parsed.expected)), trace: [] }
        : await explainPath(
            world,
            policy,
            session,
            envelopeFrom,
            { asked: bare, to: parsed.path, relaying },
            runs,
          ),
    );
  }
  const deliveryTls = to.map(({ decision }) => tlsOfDeliveries(policy, decision.deliveries, runs));
  return { name, client, from, to, tls, runs, deliveryTls };
}
