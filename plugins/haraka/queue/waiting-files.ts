/*
 * The files that wait in Haraka's queue: when each came, and the notes of plugins in it.
 * Undocumented, read from Haraka 3.3.4: outbound/qfile.js (name), outbound/queue.js (_list_file): four octets of length, then the
 * envelope as JSON.
 */
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface WaitingFile {
  readonly path: string;
  /** The part of its name that stays from attempt to attempt. */
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly arrivedAt: number;
}

/** Lists them; files that are still being written are left out. Rejects where the folder cannot be read. */
export async function waitingFiles(folder: string): Promise<readonly WaitingFile[]> {
  const names = (await readdir(folder)).filter((name) => /^\d+_/.test(name));
  return names.map((name) => {
    const [arrived = '', , , , tag = ''] = name.split('_');
    return { path: join(folder, name), key: `${arrived}_${tag}`, arrivedAt: Number(arrived) };
  });
}

const longestEnvelope = 1_000_000;

/** Reads the notes of a plugin in a file; undefined without such notes. Rejects where it cannot be read. */
export async function notesInFile({ path }: WaitingFile, name: string): Promise<unknown> {
  const file = await open(path);
  try {
    const { buffer: head } = await file.read(Buffer.alloc(4), 0, 4, 0);
    const length = Math.min(head.readUInt32BE(0), longestEnvelope);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, 4);
    const envelope: unknown = JSON.parse(buffer.toString('utf8'));
    return Reflect.get(Object(Reflect.get(Object(envelope), 'notes')), name);
  } finally {
    await file.close();
  }
}
