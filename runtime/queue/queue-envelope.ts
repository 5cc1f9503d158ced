/*
 * The head of a file of Haraka's queue: four octets of length, then the envelope and the notes of plugins as JSON. The message
 * follows, with doubled dots. Whatever the file is, reading it gives an envelope, or why it has none.
 * Undocumented, read from Haraka 3.3.4: outbound/index.js (build_todo), outbound/hmail.js (read_todo).
 */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { readAttempts } from '../../lib/notice/index.js';
import { describeError, errorName } from '../files/index.js';

export interface QueueEnvelope {
  readonly uuid: string;
  /** The empty string for the null sender. */
  readonly from: string;
  readonly to: readonly string[];
  /** Where pmdf/deliver has not written the file: null. */
  readonly channel: string | null;
  /** When the message came, in milliseconds since the epoch; null where the file does not say it. */
  readonly arrivedAt: number | null;
  /** What was said at the last attempt; null before it, or where it is not noted. */
  readonly lastReply: string | null;
  /** The JSON object as it is in the file. */
  readonly json: object;
}

/** A head that can be read; the message begins at `messageAt`. */
export interface ReadHead {
  readonly kind: 'read';
  readonly envelope: QueueEnvelope;
  readonly messageAt: number;
  /** Octets of the whole file. */
  readonly size: number;
}

export type Head = ReadHead | Unread;

const longestHead = 16 * 1024 * 1024;

function broken(why: string): Head {
  return { kind: 'broken', why };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** An address as Haraka writes it, without brackets; null for anything else. */
function addressIn(value: unknown): string | null {
  const text = typeof value === 'string' ? value : member(value, 'original');
  return typeof text === 'string' ? text.replace(/^<(.*)>$/s, '$1') : null;
}

function lastReplyIn(notes: unknown): string | null {
  const last = readAttempts(member(notes, 'pmdf_attempts')).at(-1);
  return last?.[1][0]?.[1] ?? null;
}

function envelopeIn(json: unknown): QueueEnvelope | null {
  if (typeof json !== 'object' || json === null) return null;
  const from = addressIn(member(json, 'mail_from'));
  const list = member(json, 'rcpt_to');
  if (from === null || !Array.isArray(list)) return null;
  const to = list.map(addressIn).filter((one) => one !== null);
  if (to.length === 0 || to.length < list.length) return null;
  const [uuid, time, notes] = ['uuid', 'queue_time', 'notes'].map((name) => member(json, name));
  const channel = member(member(notes, 'pmdf'), 'channel');
  return {
    uuid: typeof uuid === 'string' ? uuid : '',
    from,
    to,
    channel: typeof channel === 'string' ? channel : null,
    arrivedAt: typeof time === 'number' && Number.isFinite(time) ? time : null,
    lastReply: lastReplyIn(notes),
    json,
  };
}

async function readExactly(file: FileHandle, length: number, position: number): Promise<Buffer | null> {
  const buffer = Buffer.alloc(length);
  let got = 0;
  while (got < length) {
    const { bytesRead } = await file.read(buffer, got, length - got, position + got);
    if (bytesRead === 0) return null;
    got += bytesRead;
  }
  return buffer;
}

/** Reads the head of an open file. Rejects with errors of the file system. */
export async function readHead(file: FileHandle): Promise<Head> {
  const stats = await file.stat();
  if (!stats.isFile()) return broken('it is not a regular file');
  const { size } = stats;
  const length = (await readExactly(file, 4, 0))?.readUInt32BE(0);
  if (length === undefined) return broken('it is cut');
  if (length > longestHead) return broken('its envelope is longer than 16 MB');
  if (length > size - 4) return broken('it is cut');
  const head = await readExactly(file, length, 4);
  if (head === null) return broken('it is cut');
  let json: unknown;
  try {
    json = JSON.parse(head.toString('utf8'));
  } catch {
    return broken('its envelope is not JSON');
  }
  const envelope = envelopeIn(json);
  if (envelope === null) return broken('its envelope has no sender or no recipients');
  return { kind: 'read', envelope, messageAt: 4 + length, size };
}

/** A file that is not there, or cannot be read as what it should be. */
export type Unread = { readonly kind: 'gone' } | { readonly kind: 'broken'; readonly why: string };

/** Opens a file for reading; never follows a link at its end, never waits on a pipe. Rejects with errors of the file system. */
export async function openQueueFile(path: string): Promise<FileHandle> {
  return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
}

/** Opens a file, has it read, and closes it. Never rejects. */
export async function readQueueFile<T>(
  path: string,
  read: (file: FileHandle) => Promise<T>,
): Promise<T | Unread> {
  try {
    const file = await openQueueFile(path);
    try {
      return await read(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = errorName(error);
    if (code === 'ENOENT') return { kind: 'gone' };
    if (code === 'ELOOP' || code === 'ENXIO') return { kind: 'broken', why: 'it is not a regular file' };
    return { kind: 'broken', why: describeError(error) };
  }
}

/** Reads the head of a file by its name. */
export async function headOf(path: string): Promise<Head> {
  return await readQueueFile(path, readHead);
}
