/*
 * Takes the decisions that the gateway would take on a connection and an envelope, each with its trace: the connection,
 * PORT_ACCESS, the sender, every recipient. Recipients are explained even where the client or the sender is refused.
 * What goes wrong while deciding defers, as it does in the gateway.
 */
import {
  type AccessEffects,
  asciiDomain,
  type ConnectionDecision,
  decideConnection,
  decidePort,
  decideRecipient,
  decideSender,
  defer,
  demandOfAuth,
  type Environment,
  initialChannel,
  type Lookup,
  noEffects,
  offerOfAuth,
  type Path,
  type Policy,
  type PortDecision,
  parsePath,
  type RecipientDecision,
  type Reply,
  type ReverseName,
  reject,
  reply,
  reverseNameUse,
  type SenderDecision,
  type ServerTls,
  type Session,
  type ShadowedVerdict,
  sessionTls,
  switchAfterCommands,
  type TraceEvent,
  tlsRequired,
  type Verdict,
} from '../../lib/index.js';
import { DecisionFailed } from '../../runtime/drive.js';
import type { World } from '../../runtime/world.js';
import { type ExplainRequest, withoutBrackets } from './request.js';
import { type DeliveryTls, tlsOfDeliveries } from './tls.js';

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
  readonly tls: ServerTls;
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

async function explainClient(
  world: World,
  policy: Policy,
  request: ExplainRequest,
  reverseName: ReverseName,
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
      const decision = yield* decideConnection(policy, connection, environment);
      const { tls, authUser } = request;
      const after = switchAfterCommands(policy, decision, { tls, authUser }, environment.trace);
      return { ...after, cause: null, auth: explainAuth(policy, request, decision) };
    },
    (cause) => ({ ...unknown, why: 'the channel cannot be found out now', cause, auth: null }),
  );
  const port = await decideTraced<PortDecision>(
    world,
    policy,
    (environment) =>
      decidePort(policy, { ...connection, sourceChannel: chosen.decision.channel }, environment),
    (cause) => ({ verdict: defer(cause), effects: noEffects, entries: [], shadowed: [] }),
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
): AuthDecision | null {
  if (authUser === null) return null;
  const { channel } = switchAfterCommands(policy, decision, { tls, authUser: null });
  return { user: authUser, refusal: offerOfAuth(policy, { sourceChannel: channel, tls }).inClear };
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
  const demand = demandOfAuth(policy, session);
  if (demand !== null) return { decision: { ...nothing, verdict: reject(null, demand) }, trace: [] };
  return await decideTraced<SenderDecision>(
    world,
    policy,
    (environment) => decideSender(policy, session, parsed.path, { tables: true }, environment),
    (cause) => ({ ...nothing, verdict: defer(cause) }),
  );
}

function withoutDeliveries(address: string, verdict: Verdict): RecipientDecision {
  return { verdict, address, channel: null, deliveries: [], effects: noEffects, entries: [], shadowed: [] };
}

/** Explains RCPT TO for a path that could be read. */
async function explainPath(
  world: World,
  policy: Policy,
  session: Session,
  envelopeFrom: string,
  { asked, to }: { readonly asked: string; readonly to: Path },
): Promise<Explained<RecipientDecision>> {
  const request = { to, originalRecipient: null, notify: new Set<string>() };
  return await decideTraced<RecipientDecision>(
    world,
    policy,
    (environment) =>
      decideRecipient(
        policy,
        session,
        envelopeFrom,
        request,
        { tables: true, bothPasses: true },
        environment,
      ),
    (cause) => withoutDeliveries(asked, defer(cause)),
  );
}

/** Explains one request under the policy in force. */
export async function decideRequest(world: World, request: ExplainRequest): Promise<Explanation> {
  const policy = world.policy();
  const name = await nameOf(world, policy, request);
  const client = await explainClient(world, policy, request, name);
  const session = sessionOf(request, name, client.decision.channel);
  const tls = sessionTls(policy, session.sourceChannel, request.tls);
  const asked = await explainSender(world, policy, session, request.from);
  // MAIL is refused before any table is asked.
  const from = tls.awaited
    ? { decision: { ...asked.decision, verdict: reject(null, tlsRequired) }, trace: [] }
    : asked;
  const to: Explained<RecipientDecision>[] = [];
  const { envelopeFrom } = asked.decision;
  for (const written of request.to) {
    const bare = withoutBrackets(written);
    const parsed = parsePath(written);
    to.push(
      parsed.kind === 'malformed'
        ? { decision: withoutDeliveries(bare, malformed('5.1.3', parsed.expected)), trace: [] }
        : await explainPath(world, policy, session, envelopeFrom, { asked: bare, to: parsed.path }),
    );
  }
  const deliveryTls = to.map(({ decision }) => tlsOfDeliveries(policy, decision.deliveries));
  return { name, client, from, to, tls, deliveryTls };
}
