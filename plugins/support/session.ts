/*
 * From Haraka's objects to plain values, and what is remembered between hooks.
 * Everything hangs on the connection and transaction objects themselves, so that it goes when they go.
 */
import { isCarried, type Path, parsePath, splitAddress, wireDomain } from '../../lib/address/index.js';
import type { ReverseName } from '../../lib/channel/index.js';
import {
  type ConnectionDecision,
  initialChannel,
  type RecipientDecision,
  type SenderDecision,
} from '../../lib/decide/index.js';
import type { Endpoint, Policy, RecipientRequest, Session } from '../../lib/policy/index.js';
import { gateway } from './gateway.js';
import type { HarakaAddress, HarakaConnection, HarakaTransaction } from './haraka.js';

/** What is remembered of a connection. */
export interface ConnectionState {
  policy: Policy;
  /** The result of the reverse look-up, and the address it was made for. */
  reverse: { readonly address: string; readonly name: ReverseName } | null;
  decision: ConnectionDecision | null;
  /** Where the client connected to. */
  server: Endpoint;
  /** Who had authenticated before a proxy named another client: that one did not. */
  formerUser: string | null;
}

/** What is remembered of a transaction. */
export interface TransactionState {
  readonly policy: Policy;
  sender: SenderDecision | null;
  readonly recipients: Map<HarakaAddress, RecipientDecision>;
}

const connections = new WeakMap<HarakaConnection, ConnectionState>();
const transactions = new WeakMap<HarakaTransaction, TransactionState>();

/** The memory of a connection. */
export function connectionState(connection: HarakaConnection): ConnectionState {
  let state = connections.get(connection);
  if (state === undefined) {
    const server = { address: '', port: 0 };
    state = { policy: gateway().policy, reverse: null, decision: null, server, formerUser: null };
    connections.set(connection, state);
  }
  return state;
}

/** The policy that counts for what comes next on a connection: that of the transaction, or the one in force. */
export function policyForNext(connection: HarakaConnection): Policy {
  const { transaction } = connection;
  const begun = transaction === null ? undefined : transactions.get(transaction);
  if (begun !== undefined) return begun.policy;
  const { decision, policy } = connectionState(connection);
  const current = gateway().policy;
  // A reload may have taken away the channel that this connection came in on.
  return decision === null || current.channels.channels.has(decision.channel) ? current : policy;
}

/** The memory of a transaction; it keeps the policy that is in force when it is first asked for. */
export function transactionState(
  connection: HarakaConnection,
  transaction: HarakaTransaction,
): TransactionState {
  let state = transactions.get(transaction);
  if (state === undefined) {
    state = { policy: policyForNext(connection), sender: null, recipients: new Map() };
    transactions.set(transaction, state);
  }
  return state;
}

const noName: ReverseName = { kind: 'none', cause: 'not looked up' };

/** The reverse name of the client, as far as it was looked up for its present address. */
export function reverseNameOf(connection: HarakaConnection): ReverseName {
  const { reverse } = connectionState(connection);
  return reverse !== null && reverse.address === connection.remote.ip ? reverse.name : noName;
}

/** Where the client connected to; XCLIENT takes from core what it does not say, and then the former end counts. */
export function serverOf(connection: HarakaConnection): Endpoint {
  const state = connectionState(connection);
  const { ip, port } = connection.local;
  state.server = {
    address: ip || state.server.address,
    port: Number.isInteger(port) ? Number(port) : state.server.port,
  };
  return state.server;
}

/** The user that Haraka knows of, whoever of the clients of this connection that is. */
export function knownUser(connection: HarakaConnection): string | null {
  const user = connection.get('auth.user') ?? connection.notes['auth_user'];
  return typeof user === 'string' && user !== '' ? user : null;
}

/** The user as whom the present client authenticated. */
export function authenticatedUser(connection: HarakaConnection): string | null {
  const user = knownUser(connection);
  return user === connectionState(connection).formerUser ? null : user;
}

/** Notes of Haraka's AUTH plugins and ours, but for the number of failures. */
const authNotes = [
  'auth_user',
  'auth_passwd',
  'auth_method',
  'auth_ticket',
  'auth_login_userlogin',
  'auth_login_asked_login',
  'auth_plain_asked_login',
  'authenticating',
  'allowed_auth_methods',
] as const;

/** Forgets who authenticated, wherever Haraka and its plugins keep it. */
export function forgetUser(connection: HarakaConnection): void {
  const { notes } = connection;
  for (const note of authNotes) delete notes[note];
  const results = notes['authentication_results'];
  if (Array.isArray(results))
    notes['authentication_results'] = results.filter((result) => !/^auth=/.test(String(result)));
  delete connection.authheader;
  Reflect.deleteProperty(connection, 'auth');
  const store: unknown = Reflect.get(connection.results, 'store');
  if (typeof store === 'object' && store !== null) Reflect.deleteProperty(store, 'auth');
  connectionState(connection).formerUser = null;
}

/** A connection as decisions see it. */
export function sessionOf(connection: HarakaConnection, policy: Policy): Session {
  const { decision } = connectionState(connection);
  const server = serverOf(connection);
  return {
    client: { address: connection.remote.ip, port: connection.remote.port || 0 },
    server,
    reverseName: reverseNameOf(connection),
    sourceChannel: decision?.channel ?? initialChannel(policy, server.port).name,
    helo: connection.hello.host,
    esmtp: connection.hello.verb === 'EHLO',
    tls: connection.tls.enabled,
    authUser: authenticatedUser(connection),
  };
}

/**
 * Reads what the client sent; Haraka's own parts have lost the source route. A domain beyond ASCII gets its wire form,
 * so that the domain that was judged is the one that is sent, whatever the next hop offers.
 */
export function pathOf(address: HarakaAddress): Path {
  const parsed = parsePath(address.original);
  if (parsed.kind === 'path') {
    sendInWireForm(address);
    return parsed.path;
  }
  throw new Error(`an address that Haraka took cannot be read, expected ${parsed.expected}`);
}

const nonAscii = /[^\x00-\x7f]/;

/** What has no wire form stays as it is, to be refused. */
function sendInWireForm(address: HarakaAddress): void {
  const written = address.original_host;
  if (written === undefined || !nonAscii.test(written)) return;
  const wire = wireDomain(written);
  if (wire === null) return;
  address.original_host = wire;
  address.host = wire;
}

function parameter(params: Readonly<Record<string, string | null>> | undefined, name: string): string | null {
  return params !== undefined && Object.hasOwn(params, name) ? (params[name] ?? null) : null;
}

/** The recipient of an RCPT TO with its ESMTP parameters. */
export function requestOf(
  address: HarakaAddress,
  params: Readonly<Record<string, string | null>> | undefined,
): RecipientRequest {
  const original = parameter(params, 'ORCPT');
  const notify = parameter(params, 'NOTIFY');
  return {
    to: pathOf(address),
    originalRecipient: original === null ? null : original.slice(original.indexOf(';') + 1),
    notify: new Set(
      (notify ?? '')
        .toUpperCase()
        .split(',')
        .filter((value) => value !== ''),
    ),
  };
}

function isAddress(value: unknown): value is HarakaAddress {
  return (
    typeof value === 'object' && value !== null && 'user' in value && 'host' in value && 'format' in value
  );
}

/**
 * Makes an address object of the class that core uses, from text that the policy made; `''` is the null path.
 * Throws when core's own parser refuses it.
 */
export function addressLike(like: HarakaAddress, text: string): HarakaAddress {
  const { localPart, domain } = splitAddress(text);
  // Core's parser takes no `_` in a domain; given apart, the domain is not parsed.
  const isBeyondCore = domain?.includes('_') === true && isCarried(text);
  const made: unknown = Reflect.construct(
    like.constructor,
    isBeyondCore ? [localPart, domain] : [`<${text}>`],
  );
  if (!isAddress(made)) throw new Error('the address class of this Haraka is not what was expected');
  return made;
}
