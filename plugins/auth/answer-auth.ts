/*
 * The command AUTH and the lines after it. Replies are our own, since core's hook knows none that succeed.
 * Ref: RFC 4954 4, 6
 */
import { argumentOf } from '../../lib/channel/index.js';
import { offerOfAuth } from '../../lib/decide/index.js';
import { channelNamed } from '../../lib/policy/index.js';
import { oneLine, type Reply, reply } from '../../lib/smtp/index.js';
import type { HarakaConnection, HarakaPlugin } from '../haraka/types.js';
import { type HookAnswer, proceed, succeedWith } from '../support/respond.js';
import { connectionState, sessionOf } from '../support/session.js';
import { isKeptOpen } from '../support/submission-ports.js';
import type { Authenticator } from './authenticate.js';
import { Exchange, type Mechanism, mechanisms, type Step } from './server-exchange.js';
import { settle } from './settle.js';
import { authState } from './state.js';

/** Who decides on passwords; null while there is no password database, and other plugins authenticate. */
export type CurrentAuthenticator = () => Authenticator | null;

const succeeded: Reply = reply(235, '2.7.0', 'Authentication successful');
const wrong: Reply = reply(535, '5.7.8', 'Authentication failed');
const undecided: Reply = reply(454, '4.7.0', 'Temporary authentication failure, try again later');
const refused: Reply = reply(
  421,
  '4.7.0',
  'Too many failed AUTH commands from your address, try again later',
);
const already: Reply = reply(503, '5.5.1', 'You have authenticated already');
const misplaced: Reply = reply(503, '5.5.1', 'AUTH is possible after EHLO and outside of a mail transaction');
const unknownMechanism: Reply = reply(504, '5.5.4', 'This mechanism is not known here');

const usualFailureLimit = 3;

/** Ends the hook with a reply. */
function answer({ code, enhanced, text }: Reply, ends = code === 421): HookAnswer {
  return succeedWith({ code, text: `${enhanced} ${text}`, ends });
}

/** So many failed AUTH commands end the session. */
function failureLimit(connection: HarakaConnection): number {
  const { policy } = connectionState(connection);
  const { sourceChannel } = sessionOf(connection, policy);
  const written = argumentOf(channelNamed(policy, sourceChannel), 'disconnectbadauthlimit');
  return written === undefined ? usualFailureLimit : Number(written);
}

/** Refuses an AUTH command, and ends a session that had too many of them. */
function fail(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  mechanism: string,
  given: Reply,
): HookAnswer {
  const state = authState(connection);
  state.exchange = null;
  state.failures += 1;
  connection.results.add({ name: 'auth' }, { fail: `${plugin.name}/${mechanism}` });
  return answer(given, given.code === 421 || state.failures >= failureLimit(connection));
}

/** What core and other plugins are told, as Haraka's own AUTH plugins tell it; the password is kept nowhere. */
function tellOthers(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  mechanism: Mechanism,
  user: string,
): void {
  connectionState(connection).formerUser = null;
  connection.results.add({ name: 'auth' }, { pass: plugin.name, method: mechanism, user });
  connection.notes['auth_user'] = user;
  connection.authheader = '(authenticated bits=0)\n';
  connection.auth_results(`auth=pass (${mechanism.toLowerCase()})`);
}

async function finish(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  authenticator: Authenticator,
  mechanism: Mechanism,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<HookAnswer> {
  authState(connection).exchange = null;
  const { policy } = connectionState(connection);
  const attempt = { address: connection.remote.ip, user, password };
  const outcome = await authenticator.decide(attempt, policy.settings.auth);
  const what = `method=${mechanism} client=${connection.remote.ip} user="${oneLine(user)}"`;
  switch (outcome.kind) {
    case 'good':
      tellOthers(plugin, connection, mechanism, outcome.user);
      settle(plugin, connection);
      connection.lognotice(plugin, `authenticated ${what}`);
      return answer(succeeded);
    case 'wrong':
      connection.lognotice(plugin, `failed ${what}`);
      return fail(plugin, connection, mechanism, wrong);
    case 'refused':
      connection.lognotice(plugin, `refused ${what}: the address failed too often`);
      return fail(plugin, connection, mechanism, refused);
    case 'busy':
      connection.lognotice(plugin, `undecided ${what}: too many AUTH commands wait`);
      return answer(undecided);
    case 'failed':
      connection.logerror(plugin, `undecided ${what}: ${outcome.cause}`);
      return answer(undecided);
  }
}

async function follow(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  authenticator: Authenticator,
  exchange: Exchange,
  step: Step,
): Promise<HookAnswer> {
  switch (step.kind) {
    case 'challenge':
      authState(connection).exchange = exchange;
      // Core sends an empty challenge as a blank of its own.
      return succeedWith({ code: 334, text: step.text, ends: false });
    case 'ended':
      return fail(plugin, connection, exchange.mechanism, step.reply);
    case 'credentials':
      return await finish(plugin, connection, authenticator, exchange.mechanism, step);
  }
}

function mechanismNamed(name: string): Mechanism | undefined {
  return mechanisms.find((one) => one === name);
}

/** The methods that other plugins have offered; they look there too. */
function isOfferedByOthers(connection: HarakaConnection, mechanism: string): boolean {
  const offered = connection.notes['allowed_auth_methods'];
  return Array.isArray(offered) && offered.includes(mechanism);
}

async function begin(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  authenticator: Authenticator | null,
  rest: string,
): Promise<HookAnswer> {
  const { policy } = connectionState(connection);
  const session = sessionOf(connection, policy);
  const state = authState(connection);
  const [name = '', initial = '', ...more] = rest.trim().split(/ +/);
  const mechanism = mechanismNamed(name.toUpperCase());
  const { any, inClear } = offerOfAuth(policy, session);
  const refusal = mechanism === undefined ? any : inClear;
  if (refusal !== null) return fail(plugin, connection, 'AUTH', refusal);
  if (session.authUser !== null) return fail(plugin, connection, 'AUTH', already);
  if (!session.esmtp || !connection.hello.host || connection.transaction !== null)
    return fail(plugin, connection, 'AUTH', misplaced);
  // What its channel so far gives, the channel to come may take away.
  const byChannel = connectionState(connection).decision?.relaying === true || isKeptOpen(connection);
  state.relayedBefore = connection.relaying && !byChannel;
  if (mechanism === undefined || authenticator === null) {
    if (isOfferedByOthers(connection, name.toUpperCase())) return proceed;
    return fail(plugin, connection, 'AUTH', unknownMechanism);
  }
  const exchange = new Exchange(mechanism);
  const step: Step =
    more.length > 0
      ? { kind: 'ended', reply: reply(501, '5.5.4', 'AUTH takes a mechanism and at most one response') }
      : exchange.begin(initial);
  return await follow(plugin, connection, authenticator, exchange, step);
}

/** Answers AUTH and the lines of an exchange of ours; anything else is left to others. */
export async function answerCommand(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  current: CurrentAuthenticator,
  params: readonly [string, string?],
): Promise<HookAnswer> {
  const [verb, rest = ''] = params;
  const { exchange } = authState(connection);
  if (exchange !== null) {
    const authenticator = current();
    authState(connection).exchange = null;
    if (authenticator === null) return answer(undecided);
    const line = rest === '' ? verb : `${verb} ${rest}`;
    return await follow(plugin, connection, authenticator, exchange, exchange.next(line));
  }
  if (verb.toUpperCase() !== 'AUTH') return proceed;
  return await begin(plugin, connection, current(), rest);
}
