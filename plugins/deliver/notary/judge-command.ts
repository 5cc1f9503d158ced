/*
 * Judges MAIL and RCPT before Haraka does: parameters that are malformed, given twice or were not offered, a message that is
 * declared too large, and a non-ASCII address, also in ORCPT, without SMTPUTF8. After HELO nothing is offered; Haraka itself would
 * accept parameters if the client had used EHLO before.
 * Ref: RFC 3461 4; RFC 1870 6.1; RFC 5321 4.1.1.11; RFC 6531 3.4, 3.5; RFC 6533 3
 */
import {
  type Parameter,
  parameterOf,
  readMailParameters,
  readRcptParameters,
} from '../../../lib/notary/index.js';
import { type Reply, reply, replyLine } from '../../../lib/smtp/index.js';
import {
  causeOf,
  connectionClass,
  type HarakaConnection,
  type HarakaPlugin,
  isAscii,
  judgeParameters,
} from '../../haraka/index.js';
import { declaredOf, offeredTo } from '../../support/index.js';

const needsUtf8 = reply(553, '5.6.7', 'a non-ASCII address requires the parameter SMTPUTF8 of MAIL');

function judgeMail(
  connection: HarakaConnection,
  path: string,
  parameters: readonly Parameter[],
): Reply | null {
  const reading = readMailParameters(parameters, offeredTo(connection));
  if (reading.kind === 'refused') return reading.reply;
  return isAscii(path) || reading.value.smtputf8 ? null : needsUtf8;
}

function judgeRcpt(
  connection: HarakaConnection,
  path: string,
  parameters: readonly Parameter[],
): Reply | null {
  const { transaction } = connection;
  const smtputf8 = transaction !== null && declaredOf(transaction).smtputf8;
  const reading = readRcptParameters(parameters, offeredTo(connection), smtputf8);
  if (reading.kind === 'refused') return reading.reply;
  return smtputf8 || isAscii(path) ? null : needsUtf8;
}

/** Judges the commands of all connections from now on. Throws when this Haraka lacks a part that it needs. */
export function judgeCommands(plugin: HarakaPlugin): void {
  judgeParameters(connectionClass.in(plugin), (connection, command, { path, words }) => {
    try {
      const judge = command === 'MAIL' ? judgeMail : judgeRcpt;
      const refusal = judge(connection, path, words.map(parameterOf));
      if (refusal !== null) {
        connection.lognotice(plugin, `reject ${command} reply="${replyLine(refusal)}"`);
      }
      return refusal;
    } catch (error) {
      connection.logerror(plugin, `deferred after an internal error: ${causeOf(error)}`);
      return reply(451, '4.3.0', 'internal error, try again later');
    }
  });
}
