/*
 * A message that the policy has held, `NAME.HELD`: envelope lines, then the message. pmdf/deliver and pmdf/access write them. The
 * first line counts those that follow it. Files of former versions have no count, so lines of the message may look like theirs.
 */
import type { FileHandle } from 'node:fs/promises';
import {
  type MailParameters,
  noMailParameters,
  noRecipientNotary,
  offeredExtensions,
  type Parameter,
  type RecipientNotary,
  readMailParameters,
  readRcptParameters,
} from '../../lib/notary/index.js';
import { readQueueFile, type Unread } from './queue-envelope.js';

export interface HeldRecipient {
  readonly address: string;
  readonly notary: RecipientNotary;
}

/** The envelope of a held message, which begins at `messageAt`. */
export interface ReadHeld {
  readonly kind: 'read';
  readonly from: string;
  readonly declared: MailParameters;
  readonly to: readonly HeldRecipient[];
  /** Whether aliases and FORWARD have been applied to the recipients. */
  readonly isExpanded: boolean;
  /** Whether the end of the envelope is certain. */
  readonly isCounted: boolean;
  readonly messageAt: number;
  readonly size: number;
  readonly heldAt: number;
}

export type HeldEnvelope = ReadHeld | Unread;

const longestEnvelope = 1024 * 1024;
const everything = offeredExtensions(['DSN', '8BITMIME', 'SMTPUTF8']);
const countLine = /^X-Envelope-Lines: (\d{1,5})\r?\n/;
const envelopeLine = /^X-Envelope-(From|To|Parameters|Expanded):[ ]?([^\r]*)\r?$/;

function parametersIn(text: string): Parameter[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const at = word.indexOf('=');
      const [name, value] = at === -1 ? [word, null] : [word.slice(0, at), word.slice(at + 1)];
      return { name: name.toUpperCase(), value };
    });
}

function withoutBrackets(address: string): string {
  return address.replace(/^<(.*)>$/, '$1');
}

/** The envelope lines, each with the position of its end. A count must be right. */
function linesOf(text: string): {
  readonly lines: readonly (readonly [string, string])[];
  readonly messageAt: number;
  readonly isCounted: boolean;
} | null {
  const [first = '', count] = countLine.exec(text) ?? [];
  const most = count === undefined ? Number.POSITIVE_INFINITY : Number(count);
  const lines: (readonly [string, string])[] = [];
  let position = first.length;
  while (lines.length < most) {
    const end = text.indexOf('\n', position);
    const [, name, value = ''] = (end === -1 ? null : envelopeLine.exec(text.slice(position, end))) ?? [];
    if (name === undefined || (count === undefined && (name === 'From') !== (lines.length === 0))) break;
    lines.push([name, value]);
    position = end + 1;
  }
  const isCounted = count !== undefined;
  return isCounted && lines.length < most ? null : { lines, messageAt: position, isCounted };
}

function readLines(text: string): Omit<ReadHeld, 'kind' | 'size' | 'heldAt'> | null {
  const found = linesOf(text);
  if (found === null) return null;
  const { lines, messageAt, isCounted } = found;
  let from: string | null = null;
  let declared = noMailParameters;
  let isExpanded = false;
  const to: HeldRecipient[] = [];
  for (const [name, value] of lines) {
    if (name === 'From') from = withoutBrackets(value);
    else if (name === 'To') to.push({ address: withoutBrackets(value), notary: noRecipientNotary });
    else if (name === 'Expanded') isExpanded = isCounted;
    else {
      const last = to.pop();
      const parameters = parametersIn(value);
      if (last === undefined) {
        const read = readMailParameters(parameters, everything);
        if (read.kind === 'read') declared = read.value;
      } else {
        const read = readRcptParameters(parameters, everything, true);
        to.push(read.kind === 'read' ? { ...last, notary: read.value } : last);
      }
    }
  }
  return from === null || to.length === 0 ? null : { from, declared, to, isExpanded, isCounted, messageAt };
}

async function readOpen(file: FileHandle): Promise<HeldEnvelope> {
  const stats = await file.stat();
  if (!stats.isFile()) return { kind: 'broken', why: 'it is not a regular file' };
  const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(stats.size, longestEnvelope)), 0);
  // Octets, so that positions are those of the file.
  const found = readLines(buffer.toString('latin1', 0, bytesRead));
  if (found === null) return { kind: 'broken', why: 'it does not begin with an envelope' };
  const utf8 = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');
  return {
    kind: 'read',
    ...found,
    from: utf8(found.from),
    to: found.to.map(({ address, notary }) => ({ address: utf8(address), notary })),
    size: stats.size,
    heldAt: stats.mtimeMs,
  };
}

/** Reads the envelope of a held message. */
export async function heldEnvelopeOf(path: string): Promise<HeldEnvelope> {
  return await readQueueFile(path, readOpen);
}
