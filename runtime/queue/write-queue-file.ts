/*
 * Writes queue files whole and to disk before they get their names.
 */
import { type FileHandle, open, rm } from 'node:fs/promises';

const pieceLength = 256 * 1024;
const dot = 0x2e;
const lf = 0x0a;

/** What a message looks like in a queue file. */
export interface MessagePart {
  readonly file: FileHandle;
  readonly start: number;
  /** Whether dots at the beginnings of lines are to be doubled. */
  readonly isPlain: boolean;
}

/** Doubles dots at the beginnings of lines; keeps in mind where the last piece ended. */
class DotDoubler {
  #isAtStart = true;

  next(piece: Buffer): Buffer {
    const parts: Buffer[] = [];
    let from = 0;
    for (let at = 0; at < piece.length; at += 1) {
      if (this.#isAtStart && piece[at] === dot) {
        parts.push(piece.subarray(from, at), Buffer.from('.'));
        from = at;
      }
      this.#isAtStart = piece[at] === lf;
    }
    return parts.length === 0 ? piece : Buffer.concat([...parts, piece.subarray(from)]);
  }

  get isAtStart(): boolean {
    return this.#isAtStart;
  }
}

/** The head of a queue file with an envelope. */
export function headFor(envelope: object): Buffer {
  const json = Buffer.from(`\n${JSON.stringify(envelope, null, '\t')}\n`);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json]);
}

/** Account and mode of a new file; the account is that of the writer unless root writes. */
export interface Rights {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

const permissions = 0o777;

/** Writes a queue file that must not exist. Rejects with errors of the file system, and leaves nothing. */
export async function writeQueueFile(
  path: string,
  head: Buffer,
  message: MessagePart,
  rights: Rights,
): Promise<void> {
  const target = await open(path, 'wx', 0o600);
  try {
    try {
      if (process.getuid?.() === 0) await target.chown(rights.uid, rights.gid);
      await target.chmod(rights.mode & permissions);
      await target.writeFile(head);
      const dots = new DotDoubler();
      let position = message.start;
      for (;;) {
        const { buffer, bytesRead } = await message.file.read(
          Buffer.alloc(pieceLength),
          0,
          pieceLength,
          position,
        );
        if (bytesRead === 0) break;
        position += bytesRead;
        const piece = buffer.subarray(0, bytesRead);
        await target.writeFile(message.isPlain ? dots.next(piece) : piece);
      }
      if (message.isPlain && !dots.isAtStart) await target.writeFile('\r\n');
      await target.sync();
    } finally {
      await target.close();
    }
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
