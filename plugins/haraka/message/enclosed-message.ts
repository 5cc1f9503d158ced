/*
 * A message as a part of another one, and what has to be known of it for that. Both read it in the form in which it is sent.
 */
import { isUtf8 } from 'node:buffer';
import { Transform, type TransformCallback, Writable } from 'node:stream';
import type { MessageText } from './message-text.js';

/** The most octets of a header that are kept. */
const longestHeader = 64 * 1024;

/** What is known of a message after it has been read once. */
export interface Survey {
  /** The header with its last line end, cut at 64 KB; dots are doubled. */
  readonly header: Buffer;
  readonly octets: number;
  readonly isEightBit: boolean;
  readonly isHeaderEightBit: boolean;
  /** Whether it is text in UTF-8 beyond ASCII. */
  readonly isHeaderUtf8: boolean;
}

function isEightBit(octets: Uint8Array): boolean {
  return octets.some((octet) => octet > 0x7f);
}

class Surveyor extends Writable {
  #header: Buffer = Buffer.alloc(0);
  #hasHeader = false;
  #octets = 0;
  #isEightBit = false;

  get survey(): Survey {
    const header = this.#header;
    return {
      header,
      octets: this.#octets,
      isEightBit: this.#isEightBit,
      isHeaderEightBit: isEightBit(header),
      isHeaderUtf8: isEightBit(header) && isUtf8(header),
    };
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#octets += chunk.length;
    this.#isEightBit ||= isEightBit(chunk);
    if (!this.#hasHeader) this.#readHeader(chunk);
    done();
  }

  override _final(done: () => void): void {
    if (!this.#hasHeader) this.#endHeader(this.#header.length);
    done();
  }

  #readHeader(chunk: Buffer): void {
    const searched = Math.max(0, this.#header.length - 3);
    this.#header = Buffer.concat([this.#header, chunk]);
    if (this.#header.subarray(0, 2).equals(Buffer.from('\r\n'))) this.#endHeader(0);
    else {
      const end = this.#header.indexOf('\r\n\r\n', searched);
      if (end >= 0) this.#endHeader(end + 2);
      else if (this.#header.length > longestHeader) this.#endHeader(longestHeader);
    }
  }

  #endHeader(length: number): void {
    this.#hasHeader = true;
    const header = this.#header.subarray(0, Math.min(length, longestHeader));
    // Only whole lines are returned.
    this.#header = header.subarray(0, header.lastIndexOf('\n') + 1);
  }
}

/** Reads a message once. Rejects when it cannot be read. */
export async function surveyOf(text: MessageText): Promise<Survey> {
  const surveyor = new Surveyor();
  await new Promise<void>((resolve, reject) => {
    surveyor.once('finish', resolve);
    surveyor.once('error', reject);
    text.pipe(surveyor, { dot_stuffed: false });
  });
  return surveyor.survey;
}

/** Gives octets as a message text. */
export function textOfOctets(octets: Uint8Array): MessageText {
  return {
    pipe: (destination) => {
      destination.end(octets);
      return destination;
    },
  };
}

class Enclosing extends Transform {
  readonly #after: string;

  constructor(after: string) {
    super();
    this.#after = after;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    done(null, Buffer.from(this.#after));
  }
}

/** A message between two texts; an error while reading it is passed on to the destination. */
export function enclosed(before: string, text: MessageText, after: string): MessageText {
  return {
    pipe: (destination, options) => {
      const enclosing = new Enclosing(after);
      enclosing.once('error', (error) => destination.emit('error', error));
      destination.once('close', () => enclosing.destroy());
      enclosing.pipe(destination);
      enclosing.write(before);
      return text.pipe(enclosing, options);
    },
  };
}
