/*
 * The octets of a stretch of an open file, read at each use or kept in memory. Those that are kept are read block by
 * block, each at its first use, so that opening a file costs nothing and memory holds only what was asked for.
 */
import { readSync } from 'node:fs';
import { CdbDamage } from './cdb-format.js';

/** A stretch of an open file. */
export interface FileOctets {
  readonly isKept: boolean;
  /** Holds the octets that were asked for last. */
  readonly bytes: Buffer;
  /**
   * Makes `length` octets from a place in the file on available, which must be in the stretch; returns where in
   * `bytes` they are, until the next call. Throws CdbDamage if the file ends before, and errors of the file system.
   */
  need(place: number, length: number): number;
}

/** Reads exactly `length` octets. Throws CdbDamage and errors of the file system. */
export function readFully(fd: number, into: Buffer, at: number, { place, length }: Stretch): void {
  for (let got = 0; got < length; ) {
    const more = readSync(fd, into, at + got, length - got, place + got);
    if (more === 0) throw new CdbDamage('it is truncated');
    got += more;
  }
}

/** Octets of a file: where the first is, and how many there are. */
export interface Stretch {
  readonly place: number;
  readonly length: number;
}

const usualLength = 1 << 14;

class OctetsInFile implements FileOctets {
  readonly isKept = false;
  readonly #fd: number;
  readonly #usual = Buffer.allocUnsafe(usualLength);
  bytes = this.#usual;

  constructor(fd: number) {
    this.#fd = fd;
  }

  need(place: number, length: number): number {
    this.bytes = length <= usualLength ? this.#usual : Buffer.allocUnsafe(length);
    readFully(this.#fd, this.bytes, 0, { place, length });
    return 0;
  }
}

const blockShift = 16;
const blockSize = 1 << blockShift;

class OctetsInMemory implements FileOctets {
  readonly isKept = true;
  readonly bytes: Buffer;
  readonly #fd: number;
  readonly #start: number;
  /** For each block whether it was read. */
  readonly #hasBlock: Uint8Array;

  constructor(fd: number, { place, length }: Stretch) {
    this.#fd = fd;
    this.#start = place;
    // The system provides its memory only as it is written to.
    this.bytes = Buffer.allocUnsafeSlow(length);
    this.#hasBlock = new Uint8Array((length >>> blockShift) + 1);
  }

  need(place: number, length: number): number {
    const start = place - this.#start;
    const last = (start + length - 1) >>> blockShift;
    for (let block = start >>> blockShift; block <= last; block += 1) {
      if (this.#hasBlock[block] === 0) this.#read(block);
    }
    return start;
  }

  #read(block: number): void {
    const at = block * blockSize;
    const length = Math.min(blockSize, this.bytes.length - at);
    readFully(this.#fd, this.bytes, at, { place: this.#start + at, length });
    this.#hasBlock[block] = 1;
  }
}

/** The octets of a stretch of a file, kept in memory if `isKept`. */
export function octetsOf(fd: number, stretch: Stretch, isKept: boolean): FileOctets {
  return isKept ? new OctetsInMemory(fd, stretch) : new OctetsInFile(fd);
}
