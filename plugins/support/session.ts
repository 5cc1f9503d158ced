/*
 * Haraka's objects as plain values for decisions, and what is remembered between hooks. It is kept by connection and by
 * transaction, and is gone when they are.
 */
import { type Path, parsePath, wireDomain } from '../../lib/address/index.js';
import {
  type ConnectionDecision,
  initialChannel,
  type RecipientDecision,
  type SenderDecision,
} from '../../lib/decide/index.js';
import { readNotify, readOrcpt } from '../../lib/notary/index.js';
import type { Endpoint, Policy, RecipientRequest, ReverseName, Session } from '../../lib/policy/index.js';
import {
  forgetKnownUser,
  type HarakaAddress,
  type HarakaConnection,
  type HarakaTransaction,
  knownUser,
} from '../haraka/index.js';
import { TransactionEnded } from './ended-transactions.js';
import { gateway } from './gateway.js';

export interface ConnectionState {
  policy: Policy;
  /** The result of the reverse look-up, and the address that it is for. */
  reverse: { readonly address: string; readonly name: ReverseName } | null;
  decision: ConnectionDecision | null;
  server: Endpoint;
  /** The user before a proxy named another client, who is not that user. */
  formerUser: string | null;
}

export interface TransactionState {
  readonly policy: Policy;
  sender: SenderDecision | null;
  readonly recipients: Map<HarakaAddress, RecipientDecision>;
}

/** ESMTP parameters as Haraka gives them: upper-case names. */
export type Parameters = Readonly<Record<string, string | null>>;

const kept = Symbol('pmdf');

/** What we keep in Haraka's own objects, where it is found faster than in a map. */
interface Kept<State> {
  [kept]?: State;
}

export function connectionState(connection: HarakaConnection & Kept<ConnectionState>): ConnectionState {
  let state = connection[kept];
  if (state === undefined) {
    const server = { address: '', port: 0 };
    state = { policy: gateway().policy, reverse: null, decision: null, server, formerUser: null };
    connection[kept] = state;
  }
  return state;
}

function begunState(transaction: HarakaTransaction & Kept<TransactionState>): TransactionState | undefined {
  return transaction[kept];
}

/** The policy for the next command of a connection: that of the transaction, or the one in force. */
export function policyForNext(connection: HarakaConnection): Policy {
  const { transaction } = connection;
  const begun = transaction === null ? undefined : begunState(transaction);
  if (begun !== undefined) return begun.policy;
  const { decision, policy } = connectionState(connection);
  const current = gateway().policy;
  // A reload may have removed the source channel of this connection.
  return decision === null || current.channels.channels.has(decision.channel) ? current : policy;
}

/** The transaction of a hook that runs only inside one. Throws TransactionEnded when it was reset during a wait. */
export function transactionOf(connection: HarakaConnection): HarakaTransaction {
  if (connection.transaction === null) throw new TransactionEnded();
  return connection.transaction;
}

/** The state of a transaction; it keeps the policy that is in force when it is first asked for. */
export function transactionState(
  connection: HarakaConnection,
  transaction: HarakaTransaction & Kept<TransactionState>,
): TransactionState {
  let state = transaction[kept];
  if (state === undefined) {
    state = { policy: policyForNext(connection), sender: null, recipients: new Map() };
    transaction[kept] = state;
  }
  return state;
}

const noName: ReverseName = { kind: 'none', cause: 'not looked up' };

/** The reverse name of the client, if it was looked up for its present address. */
export function reverseNameOf(connection: HarakaConnection): ReverseName {
  const { reverse } = connectionState(connection);
  return reverse !== null && reverse.address === connection.remote.ip ? reverse.name : noName;
}

/** Where the client connected to. After an XCLIENT that does not say, it is what it was before. */
export function serverOf(connection: HarakaConnection): Endpoint {
  const state = connectionState(connection);
  const { ip, port: localPort } = connection.local;
  const address = ip || state.server.address;
  const port = Number.isInteger(localPort) ? Number(localPort) : state.server.port;
  if (address !== state.server.address || port !== state.server.port) state.server = { address, port };
  return state.server;
}

/** The user as whom the present client authenticated. */
export function authenticatedUser(connection: HarakaConnection): string | null {
  const user = knownUser(connection);
  return user === connectionState(connection).formerUser ? null : user;
}

/** Forgets who authenticated. */
export function forgetUser(connection: HarakaConnection): void {
  forgetKnownUser(connection);
  connectionState(connection).formerUser = null;
}

/** The channel that mail of a connection comes from. */
export function sourceChannelOf(connection: HarakaConnection, policy: Policy): string {
  const { decision } = connectionState(connection);
  return decision === null ? initialChannel(policy, serverOf(connection).port).name : decision.channel;
}

/** A connection as decisions see it. */
export function sessionOf(connection: HarakaConnection, policy: Policy): Session {
  const { remote, hello, tls } = connection;
  const { decision, reverse, formerUser } = connectionState(connection);
  const server = serverOf(connection);
  const user = knownUser(connection);
  return {
    client: { address: remote.ip, port: remote.port || 0 },
    server,
    reverseName: reverse !== null && reverse.address === remote.ip ? reverse.name : noName,
    sourceChannel: decision === null ? initialChannel(policy, server.port).name : decision.channel,
    helo: hello.host,
    esmtp: hello.verb === 'EHLO',
    tls: tls.enabled,
    authUser: user === formerUser ? null : user,
  };
}

const nonAscii = /[^\x00-\x7f]/;

/**
 * Reads the path that the client sent; Haraka's own fields have lost the source route. A non-ASCII domain is replaced by its
 * A-labels, so that the domain that was judged is the one that is sent, whatever the next hop offers; one without A-labels
 * stays, to be refused.
 */
export function pathOf(address: HarakaAddress): Path {
  const parsed = parsePath(address.original);
  if (parsed.kind !== 'path')
    throw new Error(`cannot read an address that Haraka accepted: expected ${parsed.expected}`);
  const written = address.original_host;
  if (written !== undefined && nonAscii.test(written)) {
    const wire = wireDomain(written);
    if (wire !== null) {
      address.original_host = wire;
      address.host = wire;
    }
  }
  return parsed.path;
}

const noParameters: Parameters = {};

/** The address in ORCPT; without pmdf/deliver nobody refuses a malformed one, which is seen as it came. */
function originalRecipient(value: string): string {
  return readOrcpt(value)?.address ?? value.slice(value.indexOf(';') + 1);
}

/** The recipient of an RCPT TO with its ESMTP parameters. */
export function requestOf(
  address: HarakaAddress,
  { ORCPT: original, NOTIFY: notify }: Parameters = noParameters,
): RecipientRequest {
  const known = typeof notify === 'string' ? readNotify(notify) : null;
  return {
    to: pathOf(address),
    originalRecipient: typeof original === 'string' ? originalRecipient(original) : null,
    notify: new Set(known ?? []),
  };
}
