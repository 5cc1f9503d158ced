/*
 * A stream into a new file whose text is on disk when the stream finishes. A short text is written in one piece, which the
 * system brings to disk in the same call; a long one piece by piece, and to disk at the end. The name of the file is not on
 * disk before its folder is synced.
 */
import { closeSync, constants, fdatasync, open, unlink, write } from 'node:fs';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';

const openLater = promisify(open);
const writeLater = promisify(write);
const syncLater = promisify(fdatasync);

const mode = 0o644;
const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
const longestInOnePiece = 256 * 1024;

type Done = (error?: Error | null) => void;

/** Writes all octets: the system may take fewer at a time. */
async function writeAll(fd: number, octets: Uint8Array): Promise<void> {
  let written = 0;
  while (written < octets.length) {
    const { bytesWritten } = await writeLater(fd, octets, written, octets.length - written);
    if (bytesWritten === 0) throw new Error('nothing could be written');
    written += bytesWritten;
  }
}

/** Emits an error of the file system, EEXIST if there is anything of that name; the file is then removed. */
export class NewFileStream extends Writable {
  readonly #path: string;
  #chunks: Uint8Array[] = [];
  #length = 0;
  #fd: number | null = null;
  #hasCreated = false;
  #content: Buffer | null = null;
  /** What is being done with the file; it never rejects. */
  #work: Promise<void> = Promise.resolve();

  constructor(path: string) {
    super();
    this.#path = path;
  }

  /** What was written, once the stream has finished; null for a long text. */
  get content(): Buffer | null {
    return this.#content;
  }

  override _write(chunk: Uint8Array, _encoding: string, done: Done): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length <= longestInOnePiece) done();
    else this.#do(this.#writePiece(), done);
  }

  override _final(done: Done): void {
    this.#do(this.#end(), done);
  }

  override _destroy(error: Error | null, done: Done): void {
    void this.#work.then(() => {
      this.#close();
      if (!this.#hasCreated || this.writableFinished) done(error);
      else unlink(this.#path, () => done(error));
    });
  }

  #do(work: Promise<void>, done: Done): void {
    this.#work = work.then(() => done(), done);
  }

  async #open(flags: number): Promise<number> {
    const fd = await openLater(this.#path, flags, mode);
    this.#fd = fd;
    this.#hasCreated = true;
    return fd;
  }

  #takeChunks(): Buffer {
    const octets = Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#length = 0;
    return octets;
  }

  async #writePiece(): Promise<void> {
    const fd = this.#fd ?? (await this.#open(newFile));
    await writeAll(fd, this.#takeChunks());
  }

  async #end(): Promise<void> {
    if (this.#fd === null) {
      const content = this.#takeChunks();
      await writeAll(await this.#open(newFile | constants.O_DSYNC), content);
      this.#content = content;
    } else {
      await this.#writePiece();
      await syncLater(this.#fd);
    }
    this.#close();
  }

  #close(): void {
    const fd = this.#fd;
    this.#fd = null;
    if (fd !== null) closeSync(fd);
  }
}
