/*
 * pmdf/auth: SMTP AUTH by channel, against the PMDF password database and beside Haraka's own AUTH plugins. A client that
 * authenticates switches to the channel that `saslswitchchannel` names. Mail that leaves authenticates as its channel says, with
 * the credentials of security.cnf.
 * Ref: PMDF 2.3.4.43, 2.3.4.44; RFC 4954
 */
import { join } from 'node:path';
import * as constants from 'haraka-constants';
import { demandOfAuth } from '../../lib/decide/index.js';
import { reply, replyLine } from '../../lib/smtp/index.js';
import { formatDiagnostic } from '../../lib/text/index.js';
import {
  PasswordFile,
  PasswordJudge,
  type PasswordSource,
  passwordsFile,
} from '../../runtime/passwords/index.js';
import { systemClock } from '../../runtime/time/index.js';
import {
  afterHandshake,
  type HarakaConnection,
  type HarakaPlugin,
  type HarakaTransaction,
  messageOf,
} from '../haraka/index.js';
import {
  andThen,
  applyMessageEffects,
  authenticatedUser,
  connectionState,
  failuresHere,
  gateway,
  guard,
  joinGateway,
  keysHere,
  proceed,
  refuse,
  sourceChannelOf,
  watchDeliveries,
} from '../support/index.js';
import { settle, unsettle } from './after-auth.js';
import { type AuthCommand, answerCommand } from './answer-auth.js';
import { Authenticator } from './authenticate.js';
import { watchAuth } from './delivery-auth.js';
import { offer } from './offer-auth.js';
import { endExchange } from './state.js';

/** Transactions whose relaying is set; what other plugins change later stays. */
const settled = new WeakSet<HarakaTransaction>();

/** What answers AUTH, for all connections of this process. */
interface Open {
  readonly file: PasswordFile;
  readonly judge: PasswordJudge;
  readonly authenticator: Authenticator;
}

let open: Open | undefined;

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
  const authenticator = new Authenticator({
    clock: systemClock,
    failures: failuresHere,
    report: (message) => plugin.logwarn(message),
    patienceMs: (plugin.timeout > 0 ? plugin.timeout : usualPatience) * millisecondsPerSecond,
  });
  open = { file, judge: new PasswordJudge({ derive: keysHere.derive }), authenticator };
}

/** Registers the hooks; throws when the configuration is broken. */
export function register(this: HarakaPlugin): void {
  joinGateway(this, 'auth');
  openPasswords(this);
  afterHandshake((connection) => unsettle(this, connection));
  this.register_hook('capabilities', 'offerAuth', 90);
  this.register_hook('unrecognized_command', 'answerAuth', -100);
  this.register_hook('mail', 'checkAuth', -95);
  this.register_hook('rcpt', 'checkAuth', -95);
  this.register_hook('data', 'checkAuth', -95);
  this.register_hook('data_post', 'addSenderHeader', -85);
  this.register_hook('send_email', 'leave', -100);
}

/** The password database for a connection: the one in a store if the settings name it, else the file; null if there is none. */
function passwordsOf(connection: HarakaConnection): PasswordSource | null {
  const stored = gateway().passwords(connectionState(connection).policy);
  if (stored !== null) return stored;
  return open?.file.exists() === true ? open.file : null;
}

/** What AUTH of a connection is answered with. */
function answering(connection: HarakaConnection): Pick<AuthCommand, 'authenticator' | 'judge'> {
  if (open === undefined) throw new Error('the password database is not open');
  const { judge, authenticator } = open;
  const source = passwordsOf(connection);
  if (source === null) return { authenticator, judge: null };
  return {
    authenticator,
    judge: { examine: (user, service, password) => judge.examine(source, user, service, password) },
  };
}

/** The AUTH line of EHLO. */
export const offerAuth = guard(
  (connection) => {
    endExchange(connection);
    offer(connection, passwordsOf(connection) !== null);
    return proceed;
  },
  // Core ignores refusals here.
  () => proceed,
);

/** AUTH, and the lines of its exchange. */
export const answerAuth = guard<readonly [string, string?]>(
  function (connection, params) {
    return answerCommand({ plugin: this, connection, ...answering(connection) }, params);
  },
  () => ({
    code: constants.deny,
    message: messageOf(reply(454, '4.7.0', 'Temporary authentication failure, try again later')),
  }),
);

/** MAIL, and again RCPT and DATA: refuses them where the channel demands AUTH. */
export const checkAuth = guard(function (connection) {
  endExchange(connection);
  const { transaction } = connection;
  if (authenticatedUser(connection) !== null && !(transaction !== null && settled.has(transaction))) {
    settle(this, connection);
    if (transaction !== null) settled.add(transaction);
  }
  const { policy } = connectionState(connection);
  const demand = demandOfAuth(policy, {
    sourceChannel: sourceChannelOf(connection, policy),
    authUser: authenticatedUser(connection),
  });
  if (demand === null) return proceed;
  connection.lognotice(this, `reject mail entry=none reply="${replyLine(demand)}"`);
  return refuse(demand);
});

/** Adds the Sender header where pmdf/access is not enabled. */
export const addSenderHeader = guard((connection) =>
  gateway().isEnabled('access') ? proceed : andThen(applyMessageEffects(connection), () => proceed),
);

/** A file of the queue is about to be delivered. */
export const leave = watchDeliveries(watchAuth);
