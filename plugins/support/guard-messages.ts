/*
 * Line ends of everything that leaves: CR and LF as pairs, and no NUL. A message that comes in differently is refused after its
 * end, or goes on repaired where `bare_line_ends` says so; what Haraka and plugins make themselves is repaired.
 * In force once for a process, whichever plugins of the bundle are enabled.
 * Ref: RFC 5321 2.3.8; RFC 3463 3.7
 */
import { LineEndRepair, type LineFault, type Reply, repairedLine, reply } from '../../lib/smtp/index.js';
import {
  faultOf,
  guardDataLines,
  headerLimit,
  isGuarded,
  isHeaderTooLong,
} from '../haraka/message/data-lines.js';
import { filterOutput, stuffHeaderDots } from '../haraka/message/message-stream.js';
import type { HarakaConnection, HarakaPlugin } from '../haraka/types.js';
import { addResult } from './add-result.js';
import { guard } from './guard.js';
import { type HookAnswer, proceed, refuse } from './respond.js';
import { transactionState } from './session.js';

/** What to do about a bare LF, for someone who types the message; a program has no use for it. */
const endLinesInCrLf = 'lines must end in CR LF (`nc -C` sends it)';

const doubtfulEnd = reply(
  554,
  '5.6.0',
  `the message ends in a dot with a bare LF before or after it; ${endLinesInCrLf}`,
);

function cureOf(fault: LineFault): string {
  switch (fault) {
    case 'bare LF':
      return endLinesInCrLf;
    case 'bare CR':
      return 'CR may occur only before LF, at the end of a line';
    case 'NUL':
      return 'a message must not contain NUL';
  }
}

function tell(plugin: HarakaPlugin, connection: HarakaConnection, what: string): void {
  connection.lognotice(plugin, what);
  addResult(plugin, connection.transaction ?? connection, { fail: what });
}

/** The hook `connect_init`: reads the lines of all messages of the connection from now on. */
export const guardLines = guard(function (this: HarakaPlugin, connection: HarakaConnection) {
  guardDataLines(connection, (): Reply => {
    tell(this, connection, `reject message: lone dot with a bare LF reply="554 5.6.0 ${doubtfulEnd.text}"`);
    return doubtfulEnd;
  });
  return proceed;
});

/** The hook `data_post`: refuses a message with bare line ends, unless the setting has it repaired. */
export const judgeLines = guard(function (this: HarakaPlugin, connection: HarakaConnection): HookAnswer {
  const { transaction } = connection;
  if (transaction === null) return proceed;
  if (!isGuarded(transaction))
    throw new Error('the lines of this message were not read before Haraka read them');
  if (isHeaderTooLong(transaction)) {
    const limit = headerLimit(transaction);
    const refusal = reply(554, '5.6.0', `the header has more than ${limit} lines, or no empty line after it`);
    tell(
      this,
      connection,
      `reject message: header of more than ${limit} lines reply="554 5.6.0 ${refusal.text}"`,
    );
    return refuse(refusal);
  }
  const found = faultOf(transaction);
  if (found === null) return proceed;
  const where = `${found.fault} in line ${found.line} of the message`;
  if (transactionState(connection, transaction).policy.settings.bareLineEnds === 'repair') {
    connection.lognotice(this, `repair message: ${where}`);
    return proceed;
  }
  const refusal = reply(554, '5.6.0', `${where}; ${cureOf(found.fault)}`);
  tell(this, connection, `reject message: ${where} reply="554 5.6.0 ${refusal.text}"`);
  return refuse(refusal);
});

/** The hooks `queue` and `queue_outbound`: repairs header lines that plugins added. */
export const cleanHeader = guard((connection) => {
  const list = connection.transaction?.header.header_list ?? [];
  for (const [at, line] of list.entries()) {
    if (!/\0|\r(?!\n)/.test(line)) continue;
    list[at] = Buffer.from(repairedLine(Buffer.from(line))).toString();
  }
  return proceed;
});

/** The hook `pre_send_trans_email`: what did not come in by SMTP, a bounce for one, is repaired on its way into the queue. */
export const cleanOwnMessage = guard(
  (connection) => {
    const { transaction } = connection;
    if (transaction === null || isGuarded(transaction)) return proceed;
    filterOutput(transaction.message_stream, () => {
      const repair = new LineEndRepair();
      return { push: (chunk) => repair.push(chunk), end: () => repair.endOfMessage() };
    });
    stuffHeaderDots(transaction);
    return proceed;
  },
  () => proceed,
);
