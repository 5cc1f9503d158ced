/*
 * The command AUTH and the lines after it. We send the replies ourselves, since core's hook has none for success.
 * Ref: RFC 4954 4, 6
 */
import { argumentOf } from '../../lib/channel/index.js';
import { offerOfAuth } from '../../lib/decide/index.js';
import { channelNamed } from '../../lib/policy/index.js';
import { quotedField, type Reply, reply } from '../../lib/smtp/index.js';
import type { HarakaConnection, HarakaPlugin } from '../haraka/index.js';
import {
  connectionState,
  gateway,
  type HookAnswer,
  isSubmissionOpen,
  observer,
  proceed,
  sessionOf,
  succeedWith,
} from '../support/index.js';
import { settle } from './after-auth.js';
import type { Authenticator, SmtpJudge } from './authenticate.js';
import { type Mechanism, mechanisms, ServerExchange, type Step } from './server-exchange.js';
import { authState } from './state.js';

/** One AUTH command and what it needs. */
export interface AuthCommand {
  readonly plugin: HarakaPlugin;
  readonly connection: HarakaConnection;
  readonly authenticator: Authenticator;
  /** Null while there is no password database, and other plugins authenticate. */
  readonly judge: SmtpJudge | null;
}

const succeeded: Reply = reply(235, '2.7.0', 'Authentication successful');
const wrong: Reply = reply(535, '5.7.8', 'Authentication failed');
const undecided: Reply = reply(454, '4.7.0', 'Temporary authentication failure, try again later');
const refused: Reply = reply(
  421,
  '4.7.0',
  'Too many failed AUTH commands from your address, try again later',
);
const already: Reply = reply(503, '5.5.1', 'You have authenticated already');
const misplaced: Reply = reply(
  503,
  '5.5.1',
  'AUTH is possible only after EHLO and outside a mail transaction',
);
const unknownMechanism: Reply = reply(504, '5.5.4', 'Unknown authentication mechanism');

const usualFailureLimit = 3;

function answer({ code, enhanced, text }: Reply, ends = code === 421): HookAnswer {
  return succeedWith({ code, text: `${enhanced} ${text}`, ends });
}

function failureLimit(connection: HarakaConnection): number {
  const { policy } = connectionState(connection);
  const { sourceChannel } = sessionOf(connection, policy);
  const written = argumentOf(channelNamed(policy, sourceChannel), 'disconnectbadauthlimit');
  return written === undefined ? usualFailureLimit : Number(written);
}

/** Refuses an AUTH command, and ends a session with too many of them. */
function fail({ plugin, connection }: AuthCommand, mechanism: string, given: Reply): HookAnswer {
  const state = authState(connection);
  state.exchange = null;
  state.failures += 1;
  connection.results.add({ name: 'auth' }, { fail: `${plugin.name}/${mechanism}` });
  return answer(given, given.code === 421 || state.failures >= failureLimit(connection));
}

/** Notes the user where core and other plugins look for it, as Haraka's own AUTH plugins do; the password is kept nowhere. */
function noteUser({ plugin, connection }: AuthCommand, mechanism: Mechanism, user: string): void {
  connectionState(connection).formerUser = null;
  connection.results.add({ name: 'auth' }, { pass: plugin.name, method: mechanism, user });
  connection.notes['auth_user'] = user;
  connection.authheader = '(authenticated bits=0)\n';
  connection.auth_results(`auth=pass (${mechanism.toLowerCase()})`);
}

async function finish(
  command: AuthCommand,
  mechanism: Mechanism,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<HookAnswer> {
  const { plugin, connection, authenticator, judge } = command;
  if (judge === null) return answer(undecided);
  const { policy } = connectionState(connection);
  const attempt = { address: connection.remote.ip, user, password };
  const outcome = await authenticator.decide(attempt, {
    settings: policy.settings.auth,
    judge,
    shared: gateway().failureCounts(policy),
  });
  const what = `method=${mechanism} client=${connection.remote.ip} user=${quotedField(user)}`;
  switch (outcome.kind) {
    case 'good':
      noteUser(command, mechanism, outcome.user);
      settle(plugin, connection);
      connection.lognotice(plugin, `authenticated ${what}`);
      observer()?.authenticated?.(connection, outcome.user, true);
      return answer(succeeded);
    case 'wrong':
      connection.lognotice(plugin, `failed ${what}`);
      observer()?.authenticated?.(connection, user, false);
      return fail(command, mechanism, wrong);
    case 'refused':
      connection.lognotice(plugin, `refused ${what}: the address has failed too often`);
      return fail(command, mechanism, refused);
    case 'busy':
      connection.lognotice(plugin, `undecided ${what}: too many AUTH commands are waiting`);
      return answer(undecided);
    case 'failed':
      connection.logerror(plugin, `undecided ${what}: ${outcome.cause}`);
      return answer(undecided);
  }
}

async function follow(command: AuthCommand, exchange: ServerExchange, step: Step): Promise<HookAnswer> {
  switch (step.kind) {
    case 'challenge':
      authState(command.connection).exchange = exchange;
      // Core sends an empty challenge as a space.
      return succeedWith({ code: 334, text: step.text, ends: false });
    case 'ended':
      return fail(command, exchange.mechanism, step.reply);
    case 'credentials':
      return await finish(command, exchange.mechanism, step);
  }
}

/** Whether other plugins have offered a mechanism; they read this note too. */
function isOfferedByOthers(connection: HarakaConnection, mechanism: string): boolean {
  const offered = connection.notes['allowed_auth_methods'];
  return Array.isArray(offered) && offered.includes(mechanism);
}

async function begin(command: AuthCommand, rest: string): Promise<HookAnswer> {
  const { connection, judge } = command;
  const { policy, decision } = connectionState(connection);
  const seen = sessionOf(connection, policy);
  const state = authState(connection);
  const [name = '', initial = '', ...more] = rest.trim().split(/ +/);
  const mechanism = mechanisms.find((one) => one === name.toUpperCase());
  const { any, inClear } = offerOfAuth(policy, seen);
  const refusal = mechanism === undefined ? any : inClear;
  if (refusal !== null) return fail(command, 'AUTH', refusal);
  if (seen.authUser !== null) return fail(command, 'AUTH', already);
  if (!seen.esmtp || !connection.hello.host || connection.transaction !== null)
    return fail(command, 'AUTH', misplaced);
  // Relaying that the present channel gives may end with the switch.
  const byChannel = decision?.relaying === true || isSubmissionOpen(connection);
  state.relayedBefore = connection.relaying && !byChannel;
  if (mechanism === undefined || judge === null) {
    if (isOfferedByOthers(connection, name.toUpperCase())) return proceed;
    return fail(command, 'AUTH', unknownMechanism);
  }
  const exchange = new ServerExchange(mechanism);
  const step: Step =
    more.length > 0
      ? { kind: 'ended', reply: reply(501, '5.5.4', 'AUTH takes a mechanism and at most one response') }
      : exchange.begin(initial);
  return await follow(command, exchange, step);
}

/** Answers AUTH and the lines of an exchange of ours; leaves anything else to others. */
export async function answerCommand(
  command: AuthCommand,
  [verb, rest = '']: readonly [string, string?],
): Promise<HookAnswer> {
  const state = authState(command.connection);
  const { exchange } = state;
  if (exchange === null) return verb.toUpperCase() === 'AUTH' ? await begin(command, rest) : proceed;
  state.exchange = null;
  if (command.judge === null) return answer(undecided);
  const line = rest === '' ? verb : `${verb} ${rest}`;
  return await follow(command, exchange, exchange.next(line));
}
