/*
 * pmdf/auth: SMTP AUTH by channel, against the PMDF password database and beside Haraka's own AUTH plugins. Who
 * authenticates switches to the channel that `saslswitchchannel` names. Mail that leaves authenticates as its channel
 * says, with the credentials of security.cnf.
 * Ref: PMDF 2.3.4.43, 2.3.4.44; RFC 4954
 */

import { join } from 'node:path';
import * as constants from 'haraka-constants';
import { demandOfAuth } from '../../lib/decide/index.js';
import { reply } from '../../lib/smtp/index.js';
import { formatDiagnostic } from '../../lib/text/index.js';
import { PasswordFile, passwordsFile } from '../../runtime/passwords/index.js';
import { systemClock } from '../../runtime/time/index.js';
import { addEffects } from '../access/effects.js';
import { afterHandshake } from '../haraka/after-handshake.js';
import { gateway } from '../support/gateway.js';
import { guard } from '../support/guard.js';
import type { HarakaConnection, HarakaPlugin, HarakaTransaction } from '../support/haraka.js';
import { joinGateway } from '../support/join-gateway.js';
import { tellMissing as missingTeller } from '../support/missing.js';
import { checkOutbound } from '../support/outbound-mail.js';
import { type HookAnswer, messageOf, proceed, refuse } from '../support/respond.js';
import { authenticatedUser, connectionState, sessionOf } from '../support/session.js';
import { watchDeliveries } from '../support/watch-delivery.js';
import { answerCommand } from './answer-auth.js';
import { Authenticator } from './authenticate.js';
import { watchAuth } from './delivery-auth.js';
import { offer } from './offer-auth.js';
import { settle, unsettle } from './settle.js';
import { authState } from './state.js';

export { pinDenial } from '../support/pin-denial.js';

/** Transactions whose relaying is settled; what other plugins do to it later stays. */
const settled = new WeakSet<HarakaTransaction>();

let passwords: PasswordFile | undefined;
let authenticator: Authenticator | undefined;

const usualPatience = 30;
const millisecondsPerSecond = 1000;

function openPasswords(plugin: HarakaPlugin): void {
  const file = new PasswordFile(
    join(gateway().configFolder, 'pmdf', passwordsFile),
    { name: join('config', 'pmdf', passwordsFile), shortName: passwordsFile },
    {
      report: (diagnostics) => {
        for (const one of diagnostics) {
          if (one.severity === 'error') plugin.logerror(formatDiagnostic(one));
          else plugin.logwarn(formatDiagnostic(one));
        }
      },
    },
  );
  file.checkNow();
  passwords = file;
  authenticator = new Authenticator({
    judge: file,
    clock: systemClock,
    patienceMs: (plugin.timeout > 0 ? plugin.timeout : usualPatience) * millisecondsPerSecond,
  });
}

/** Registers the hooks; throws when the configuration is broken. */
export function register(this: HarakaPlugin): void {
  joinGateway(this, 'auth');
  openPasswords(this);
  afterHandshake((connection) => unsettle(this, connection));
  this.register_hook('init_master', 'tellMissing');
  this.register_hook('capabilities', 'offerAuth', 90);
  this.register_hook('unrecognized_command', 'answerAuth', -100);
  this.register_hook('mail', 'checkAuth', -95);
  this.register_hook('rcpt', 'checkAuth', -95);
  this.register_hook('data', 'checkAuth', -95);
  this.register_hook('data_post', 'tellWho', -85);
  this.register_hook('deny', 'pinDenial', -100);
  checkOutbound(this, 'auth');
  this.register_hook('send_email', 'leave', -100);
}

/** The authenticator while there is a password database. */
function current(): Authenticator | null {
  return authenticator !== undefined && passwords?.exists() === true ? authenticator : null;
}

/** The AUTH line of EHLO. */
export const offerAuth = guard(
  (connection) => {
    authState(connection).exchange = null;
    offer(connection, current() !== null);
    return proceed;
  },
  // Core ignores refusals here.
  () => proceed,
);

/** AUTH, and the lines that belong to it. */
export const answerAuth = guard(
  async function (this: HarakaPlugin, connection: HarakaConnection, params: readonly [string, string?]) {
    return await answerCommand(this, connection, current, params);
  },
  () => ({
    code: constants.deny,
    message: messageOf(reply(454, '4.7.0', 'Temporary authentication failure, try again later')),
  }),
);

/** MAIL, and again whatever follows it: waits for AUTH where the channel demands it. */
export const checkAuth = guard(function (this: HarakaPlugin, connection: HarakaConnection): HookAnswer {
  authState(connection).exchange = null;
  const { transaction } = connection;
  if (authenticatedUser(connection) !== null && !(transaction !== null && settled.has(transaction))) {
    settle(this, connection);
    if (transaction !== null) settled.add(transaction);
  }
  const { policy } = connectionState(connection);
  const demand = demandOfAuth(policy, sessionOf(connection, policy));
  if (demand === null) return proceed;
  connection.lognotice(
    this,
    `reject mail entry=none reply="${demand.code} ${demand.enhanced} ${demand.text}"`,
  );
  return refuse(demand);
});

/** The Sender header, where pmdf/access is not there to write it. */
export const tellWho = guard(async function (this: HarakaPlugin, connection: HarakaConnection) {
  if (!gateway().isEnabled('access')) await addEffects(connection);
  return proceed;
});

/** A file of the queue is about to be delivered. */
export const leave = watchDeliveries(watchAuth);

/** Says what this plugin lacks because others are not enabled. */
export const tellMissing = missingTeller('auth');
