/*
 * The lines of a message before Haraka processes them. Wrong line ends are noted and repaired, so that only CR LF leaves even
 * where another plugin suppresses the refusal. Header lines keep their octets, which Haraka would decode.
 * Undocumented, read from Haraka 3.3.4: connection.js accumulate_data(line), which gets each line after DATA, up to its LF,
 * and before DATA the Received line; transaction.js add_data, encoding, found_hb_sep, parse_body; message_stream.add_line.
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
import type { MessageMethods } from '../connection/connection-class.js';
import { messageOf } from '../message-of.js';
import type { HarakaConnection, HarakaTransaction } from '../types.js';
import { filterOutput, stuffHeaderDots } from './message-stream.js';
import { keepInMemory } from './spool-file.js';

/** The first fault of a message, and its line, counted from 1. */
export interface MessageFault {
  readonly fault: LineFault;
  readonly line: number;
}

/** The state of a message that is being received. */
class MessageState {
  fault: MessageFault | null = null;
  lines = 0;
  /** Without the doubled dots. */
  octets = 0;
  isAfterBareLf = false;
  hasMarks = false;
  /** Whether the message had no empty line. */
  isAllHeader = false;
  /** Whether the header is longer than core reads. */
  isHeaderTooLong = false;
  isEightBit = false;
  /** Whether the output of plugins that change the body is repaired. */
  isTextRepaired = false;
}

const dotOctet = 0x2e;

const received = Symbol('received');

/** A transaction with the state of its message, which is kept in it: it is needed for every line. */
interface Received {
  [received]?: MessageState;
}

/** The first wrong line end of a message; null when there is none. */
export function faultOf(transaction: HarakaTransaction & Received): MessageFault | null {
  return transaction[received]?.fault ?? null;
}

/** The size of a message as the client sent it. */
export function sizeOf(transaction: HarakaTransaction & Received): {
  readonly octets: number;
  readonly lines: number;
} {
  const { octets = 0, lines = 0 } = transaction[received] ?? {};
  return { octets, lines };
}

/** How many header lines core reads; it would lose the rest. */
export function headerLimit({ cfg }: HarakaTransaction): number {
  return cfg?.headers?.max_lines || 1000;
}

/** Whether the header of a message is longer than core reads. */
export function isHeaderTooLong(transaction: HarakaTransaction & Received): boolean {
  return transaction[received]?.isHeaderTooLong ?? false;
}

/** Whether a message contains octets beyond ASCII. */
export function hasEightBit(transaction: HarakaTransaction & Received): boolean {
  return transaction[received]?.isEightBit ?? false;
}

/** Whether the message was received through here; one that Haraka or a plugin made was not. */
export function isGuarded(transaction: HarakaTransaction & Received): boolean {
  return transaction[received] !== undefined;
}

/** Whether Haraka would lose octets of this line when it decodes it as part of the header. */
function losesOctets(line: Uint8Array): boolean {
  if (isAscii(line)) return false;
  return !isUtf8(line) || holdsMarks(line);
}

/** Repairs what plugins that change the body produce, on its way into the stream. */
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

function begin(transaction: HarakaTransaction & Received): MessageState {
  const state = new MessageState();
  transaction[received] = state;
  stuffHeaderDots(transaction);
  keepInMemory(transaction);
  // After HELO core decodes header lines, its own Received line too, as ISO 8859-1, which changes or truncates them.
  transaction.encoding = 'utf8';
  return state;
}

/** Marks the octets of a header line that decoding would lose; they leave as they came. */
function markedLine(transaction: HarakaTransaction, state: MessageState, line: Uint8Array): Uint8Array {
  if (!losesOctets(line)) return line;
  if (!state.hasMarks) {
    state.hasMarks = true;
    filterOutput(transaction.message_stream, () => new OctetUnmarking(state.isAllHeader ? 'all' : 'header'));
  }
  return markOctets(line);
}

/** The line that core gets, or the end of the message; null when the end is doubtful. */
function judgedLine(transaction: HarakaTransaction, state: MessageState, line: Buffer): Buffer | null {
  if (!state.isTextRepaired && transaction.parse_body) {
    state.isTextRepaired = true;
    repairChangedText(transaction);
  }
  const dot = dotLine(line, state.isAfterBareLf);
  if (dot === 'doubtful') return null;
  if (dot === 'end') {
    // Without an empty line core first treats the whole message as a header.
    state.isAllHeader = !transaction.found_hb_sep;
    return line;
  }
  state.lines += 1;
  state.octets += line[0] === dotOctet ? line.length - 1 : line.length;
  if (!state.isEightBit && !isAscii(line)) state.isEightBit = true;
  const fault = lineFault(line);
  state.isAfterBareLf = line[line.length - 2] !== 0x0d;
  if (fault !== null) state.fault ??= { fault, line: state.lines };
  const fit = fault === null ? line : asBuffer(repairedLine(line));
  if (transaction.found_hb_sep) return fit;
  if (fit.length > 2) {
    state.isHeaderTooLong ||= transaction.header_lines.length >= headerLimit(transaction);
  }
  return asBuffer(markedLine(transaction, state, fit));
}

/** Whether a message begins with a continuation line: core would append it to its own header field. */
function beginsAsContinuation(state: MessageState, line: Uint8Array): boolean {
  return state.lines === 1 && (line[0] === 0x20 || line[0] === 0x09);
}

function asBuffer(octets: Uint8Array): Buffer {
  return Buffer.isBuffer(octets) ? octets : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
}

function stateOf(transaction: HarakaTransaction & Received): MessageState {
  return transaction[received] ?? begin(transaction);
}

/**
 * Processes the lines of all messages before core does. `onDoubtfulEnd` gives the reply to an end of message that only some
 * servers recognize; the connection is closed after it.
 */
export function guardDataLines(
  methods: MessageMethods,
  onDoubtfulEnd: (connection: HarakaConnection) => Reply,
): void {
  const { accumulate_data: accumulate } = methods;
  methods.accumulate_data = function (line) {
    const { transaction } = this;
    if (transaction === null) return undefined;
    const state = stateOf(transaction);
    if (!Buffer.isBuffer(line)) {
      return accumulate.call(this, asBuffer(repairedLine(Buffer.from(String(line)))));
    }
    const judged = judgedLine(transaction, state, line);
    if (judged !== null) {
      if (beginsAsContinuation(state, judged)) accumulate.call(this, Buffer.from('\r\n'));
      return accumulate.call(this, judged);
    }
    const reply = onDoubtfulEnd(this);
    return this.respond(reply.code, messageOf(reply), () => this.disconnect());
  };
}
