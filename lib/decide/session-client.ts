/*
 * The part of a session before MAIL FROM: the channel of the connection, PORT_ACCESS, STARTTLS, AUTH.
 * Ref: PMDF 2.3.4.42, 2.3.4.43, 2.3.4.45, 11.5
 */
import type { Lookup, TraceEvent } from '../engine/index.js';
import type { Session } from '../policy/index.js';
import { accept, defer, type Reply } from '../smtp/index.js';
import { tlsRequired } from '../tls/index.js';
import { offerOfAuth } from './decide-auth.js';
import { decideConnection, decidePort, initialChannel, type PortDecision } from './decide-connection.js';
import { type ConnectionDecision, noEffects } from './decision.js';
import { awaitsTls, decideStep, type OpenSession, type SessionSetup, type Step } from './session-setup.js';
import { switchAfterCommands } from './switch-after-commands.js';

/** A client and what it did before MAIL FROM. On port 465 TLS is active from the first byte, elsewhere after STARTTLS. */
export type SessionClient = Omit<Session, 'sourceChannel'>;

/** The answer to AUTH. The user counts as authenticated in any case, since another plugin may accept what pmdf/auth refuses. */
export interface AuthDecision {
  readonly user: string;
  /** What pmdf/auth refuses a password with; null when it accepts it. */
  readonly refusal: Reply | null;
  /** Whether pmdf/auth runs; without it another plugin may accept the password. */
  readonly runs: boolean;
}

/** The client: its channel after STARTTLS and AUTH, and what PORT_ACCESS decided before these. */
export interface ClientDecision extends ConnectionDecision, PortDecision {
  /** Null for a client that does not send AUTH. */
  readonly auth: AuthDecision | null;
}

/** The client, and its session from then on. */
export interface ClientStep extends Step<ClientDecision> {
  readonly session: OpenSession;
}

const implicitTlsPort = 465;

/** Decides AUTH on the channel that the session has at that time. */
function decideAuth(setup: SessionSetup, client: SessionClient, channel: string): AuthDecision | null {
  const { authUser: user, tls } = client;
  if (user === null) return null;
  const runs = setup.plugins.has('auth');
  if (awaitsTls(setup, channel, tls)) return { user, refusal: tlsRequired, runs };
  if (!runs) return { user, refusal: null, runs };
  return { user, refusal: offerOfAuth(setup.policy, { sourceChannel: channel, tls }).inClear, runs };
}

const noPortAccess: PortDecision = { verdict: accept(null), effects: noEffects, entries: [], shadowed: [] };

/** The source channel before STARTTLS; `failure` is why it cannot be determined, or null. */
interface ChosenChannel extends ConnectionDecision {
  readonly failure: string | null;
}

function chooseChannel(setup: SessionSetup, client: SessionClient): Lookup<Step<ChosenChannel>> {
  const { policy, plugins } = setup;
  const channel = initialChannel(policy, client.server.port).name;
  const initial = { channel, switched: false, relaying: false };
  return decideStep<ChosenChannel>(
    setup,
    function* (environment) {
      if (plugins.has('switchchannel'))
        return { ...(yield* decideConnection(policy, client, environment)), failure: null };
      const why = '`pmdf/switchchannel` is not in config/plugins, so no client is switched';
      return { ...initial, why, failure: null };
    },
    (failure) => ({ ...initial, why: 'the channel cannot be determined now', failure }),
  );
}

/** Decides everything before MAIL FROM. */
export function* decideClient(setup: SessionSetup, client: SessionClient): Lookup<ClientStep> {
  const { policy, plugins } = setup;
  const chosen = yield* chooseChannel(setup, client);
  const { failure, ...connection } = chosen.decision;
  const tls = client.tls && plugins.has('maytls');
  const isTlsFirst = tls && client.server.port === implicitTlsPort;
  const atConnect = switchAfterCommands(policy, connection, { tls: isTlsFirst, authUser: null });
  const port = yield* decideStep<PortDecision>(
    setup,
    function* (environment) {
      if (failure !== null) return { ...noPortAccess, verdict: defer(failure) };
      if (!plugins.has('access')) return noPortAccess;
      return yield* decidePort({
        policy,
        session: { ...client, sourceChannel: atConnect.channel },
        environment,
      });
    },
    (cause) => ({ ...noPortAccess, verdict: defer(cause) }),
  );
  const atAuth = switchAfterCommands(policy, connection, { tls, authUser: null });
  const auth = decideAuth(setup, client, atAuth.channel);
  const switches: TraceEvent[] = [];
  const commands = { tls, authUser: plugins.has('auth') ? client.authUser : null };
  const last = switchAfterCommands(policy, connection, commands, (event) => switches.push(event));
  return {
    decision: { ...last, ...port.decision, auth },
    trace: [...chosen.trace, ...port.trace, ...(setup.traced ? switches : [])],
    session: { ...client, sourceChannel: last.channel, relaying: last.relaying },
  };
}
