/*
 * A message that the policy has held, `NAME.HELD`: envelope lines, then the message. pmdf/deliver and pmdf/access write them.
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
  readonly messageAt: number;
  readonly size: number;
  readonly heldAt: number;
}

export type HeldEnvelope = ReadHeld | Unread;

const longestEnvelope = 1024 * 1024;
const everything = offeredExtensions(['DSN', '8BITMIME', 'SMTPUTF8']);
const envelopeLine = /^X-Envelope-(From|To|Parameters):[ ]?([^\r]*)\r?$/;

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

function readLines(text: string): Omit<ReadHeld, 'kind' | 'size' | 'heldAt'> | null {
  let from: string | null = null;
  let declared = noMailParameters;
  const to: HeldRecipient[] = [];
  let position = 0;
  for (;;) {
    const end = text.indexOf('\n', position);
    const found = end === -1 ? null : envelopeLine.exec(text.slice(position, end));
    const [, name, value = ''] = found ?? [];
    if (found === null || (name === 'From') !== (from === null)) break;
    position = end + 1;
    if (name === 'From') from = withoutBrackets(value);
    else if (name === 'To') to.push({ address: withoutBrackets(value), notary: noRecipientNotary });
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
  return from === null || to.length === 0 ? null : { from, declared, to, messageAt: position };
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
