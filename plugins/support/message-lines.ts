/*
 * Line ends of everything that leaves: CR LF only, and no NUL. A message with others is refused after its end, or repaired
 * where `bare_line_ends` says so; what Haraka and plugins make themselves is repaired. In force once for a process, whichever
 * plugins of the bundle are enabled.
 * Ref: RFC 5321 2.3.8; RFC 3463 3.7
 */
import { LineEndRepair, type LineFault, type Reply, repairedLine, reply } from '../../lib/smtp/index.js';
import {
  connectionClass,
  faultOf,
  filterOutput,
  guardDataLines,
  type HarakaConnection,
  type HarakaPlugin,
  headerLimit,
  isGuarded,
  isHeaderTooLong,
  stuffHeaderDots,
} from '../haraka/index.js';
import { addResult } from './add-result.js';
import { guard } from './guard.js';
import { proceed, refuse } from './respond.js';
import { transactionState } from './session.js';

/** For someone who types a message; of no use to a program. */
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

function note(plugin: HarakaPlugin, connection: HarakaConnection, what: string, { text }: Reply): void {
  const line = `reject message: ${what} reply="554 5.6.0 ${text}"`;
  connection.lognotice(plugin, line);
  addResult(plugin, connection.transaction ?? connection, { fail: line });
}

/** Checks the lines of all messages from now on. Throws when this Haraka lacks a part that it needs. */
export function guardLines(plugin: HarakaPlugin): void {
  guardDataLines(connectionClass.in(plugin), (connection) => {
    note(plugin, connection, 'lone dot with a bare LF', doubtfulEnd);
    return doubtfulEnd;
  });
}

/** The hook `data_post`: refuses a message with wrong line ends, unless the setting has them repaired. */
export const judgeLines = guard(function (connection) {
  const { transaction } = connection;
  if (transaction === null) return proceed;
  if (!isGuarded(transaction)) throw new Error('the lines of this message were not checked');
  if (isHeaderTooLong(transaction)) {
    const limit = headerLimit(transaction);
    const refusal = reply(554, '5.6.0', `the header has more than ${limit} lines, or no empty line after it`);
    note(this, connection, `header of more than ${limit} lines`, refusal);
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
  note(this, connection, where, refusal);
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

/** The hook `pre_send_trans_email`: repairs what did not come by SMTP, such as a bounce, on its way into the queue. */
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
