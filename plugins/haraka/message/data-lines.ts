/*
 * The lines of a message as they come in, before Haraka reads anything into them. Undocumented in Haraka 3.3:
 *   connection.accumulate_data(line)     gets each line after DATA, cut after its LF, and before DATA the Received line
 *   connection.respond, disconnect       an answer before the end of the message
 *   transaction.add_data, encoding, found_hb_sep, parse_body; message_stream.add_line
 * What is wrong with the line ends of a message is noted, and the lines go on repaired, so that nothing else can leave even
 * where a plugin keeps the refusal from being given. Header lines keep their octets, which Haraka would decode.
 */

import { isAscii, isUtf8 } from 'node:buffer';
import {
  dotLine,
  holdsMarks,
  LineEndRepair,
  type LineFault,
  lineFault,
  markOctets,
  OctetUnmarking,
  type Reply,
  repairedLine,
} from '../../../lib/smtp/index.js';
import { messageOf } from '../../support/respond.js';
import { checkMethods } from '../connection/connection-class.js';
import type { HarakaConnection, HarakaPlugin, HarakaTransaction } from '../types.js';
import { filterOutput, stuffHeaderDots } from './message-stream.js';

/** The first fault of a message, and its line, counted from 1. */
export interface MessageFault {
  readonly fault: LineFault;
  readonly line: number;
}

/** What is known of a message whose lines are coming in. */
interface MessageState {
  fault: MessageFault | null;
  lines: number;
  isAfterBareLf: boolean;
  hasMarks: boolean;
  /** Whether the message ended without an empty line. */
  isAllHeader: boolean;
  /** Whether the header is longer than core reads. */
  isHeaderTooLong: boolean;
  /** Whether what plugins make of the text is repaired. */
  isTextRepaired: boolean;
}

const messages = new WeakMap<HarakaTransaction, MessageState>();
const connections = new WeakSet<HarakaConnection>();

/** What is wrong with the line ends of a message; null when nothing is. */
export function faultOf(transaction: HarakaTransaction): MessageFault | null {
  return messages.get(transaction)?.fault ?? null;
}

/** How many lines of a header core reads; the rest of a longer one would be lost. */
export function headerLimit({ cfg }: HarakaTransaction): number {
  return cfg?.headers?.max_lines || 1000;
}

/** Whether the header of a message is longer than core reads. */
export function isHeaderTooLong(transaction: HarakaTransaction): boolean {
  return messages.get(transaction)?.isHeaderTooLong ?? false;
}

/** Whether the lines of this message came through here; messages that Haraka or a plugin made did not. */
export function isGuarded(transaction: HarakaTransaction): boolean {
  return messages.has(transaction);
}

/** Whether Haraka decodes this line as a part of the header, and would lose octets. */
function losesOctets(transaction: HarakaTransaction, line: Uint8Array): boolean {
  if (transaction.found_hb_sep || isAscii(line)) return false;
  return !isUtf8(line) || holdsMarks(line);
}

/** Plugins that change the text may give out what they want: it is repaired on its way into the stream. */
function repairChangedText({ message_stream: stream }: HarakaTransaction): void {
  const add = stream.add_line.bind(stream);
  const end = stream.add_line_end.bind(stream);
  const repair = new LineEndRepair();
  const give = (octets: Uint8Array): void => {
    if (octets.length > 0) add(Buffer.from(octets));
  };
  Object.defineProperty(stream, 'add_line', {
    value: (line: Uint8Array | string) => give(repair.push(Buffer.from(line))),
    configurable: true,
  });
  Object.defineProperty(stream, 'add_line_end', {
    value: (done?: () => void) => {
      give(repair.endOfMessage());
      return end(done);
    },
    configurable: true,
  });
}

function begin(transaction: HarakaTransaction): MessageState {
  const state: MessageState = {
    fault: null,
    lines: 0,
    isAfterBareLf: false,
    hasMarks: false,
    isAllHeader: false,
    isHeaderTooLong: false,
    isTextRepaired: false,
  };
  messages.set(transaction, state);
  stuffHeaderDots(transaction);
  // After HELO core reads header lines, and its own Received line, as ISO 8859-1, which changes or cuts their characters.
  transaction.encoding = 'utf8';
  return state;
}

/** Makes a line fit to be decoded as a part of the header, and has its octets leave as they came. */
function markedLine(transaction: HarakaTransaction, state: MessageState, line: Uint8Array): Uint8Array {
  if (!losesOctets(transaction, line)) return line;
  if (!state.hasMarks) {
    state.hasMarks = true;
    filterOutput(transaction.message_stream, () => new OctetUnmarking(state.isAllHeader ? 'all' : 'header'));
  }
  return markOctets(line);
}

/** Gives core one line, or the end of the message; null when there is nothing to give. */
function judgedLine(transaction: HarakaTransaction, state: MessageState, line: Buffer): Buffer | null {
  if (!state.isTextRepaired && transaction.parse_body) {
    state.isTextRepaired = true;
    repairChangedText(transaction);
  }
  const dot = dotLine(line, state.isAfterBareLf);
  if (dot === 'doubtful') return null;
  if (dot === 'end') {
    // Without an empty line core takes the whole message for a header at first.
    state.isAllHeader = !transaction.found_hb_sep;
    return line;
  }
  state.lines += 1;
  const fault = lineFault(line);
  state.isAfterBareLf = line[line.length - 2] !== 0x0d;
  if (fault !== null) state.fault ??= { fault, line: state.lines };
  const fit = fault === null ? line : repairedLine(line);
  if (!transaction.found_hb_sep && fit.length > 2) {
    state.isHeaderTooLong ||= transaction.header_lines.length >= headerLimit(transaction);
  }
  return asBuffer(markedLine(transaction, state, fit));
}

/** Whether a message begins like the rest of a header field: it has no header, and core would add the line to its own. */
function beginsAsContinuation(state: MessageState, line: Uint8Array): boolean {
  return state.lines === 1 && (line[0] === 0x20 || line[0] === 0x09);
}

function asBuffer(octets: Uint8Array): Buffer {
  return Buffer.isBuffer(octets) ? octets : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
}

/**
 * Reads the lines of all messages of a connection before core does. `onDoubtfulEnd` answers a message that has ended for
 * some servers only; the connection is closed after it.
 */
export function guardDataLines(connection: HarakaConnection, onDoubtfulEnd: () => Reply): void {
  if (connections.has(connection)) return;
  connections.add(connection);
  const accumulate: unknown = Reflect.get(connection, 'accumulate_data');
  if (typeof accumulate !== 'function') throw new Error(missingSeam);
  const guarded = (line: Buffer | string): void => {
    const { transaction } = connection;
    if (transaction === null) return;
    const state = messages.get(transaction) ?? begin(transaction);
    if (typeof line === 'string') {
      Reflect.apply(accumulate, connection, [asBuffer(repairedLine(Buffer.from(line)))]);
      return;
    }
    const judged = judgedLine(transaction, state, line);
    if (judged !== null) {
      if (beginsAsContinuation(state, judged)) Reflect.apply(accumulate, connection, [Buffer.from('\r\n')]);
      Reflect.apply(accumulate, connection, [judged]);
      return;
    }
    const reply = onDoubtfulEnd();
    connection.respond(reply.code, messageOf(reply), () => connection.disconnect());
  };
  Object.defineProperty(connection, 'accumulate_data', { value: guarded, configurable: true });
}

const missingSeam =
  'the lines of a message cannot be read before Haraka reads them (connection.accumulate_data), so bare line ends could ' +
  'not be kept from other servers: use Haraka 3.3';

/** Throws when this Haraka has not what is needed to read the lines of messages. */
export function checkDataLines(plugin: HarakaPlugin): void {
  checkMethods(plugin, ['accumulate_data', 'process_line', 'respond', 'disconnect'], missingSeam);
}
