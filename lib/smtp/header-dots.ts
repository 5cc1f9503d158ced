/*
 * Dots at the beginning of header lines, doubled as in the rest of a message that is on its way. Octets in chunks; the
 * first empty line ends the header.
 * Ref: RFC 5321 4.5.2
 */

const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;

/** Doubles the leading dots of the header. */
export class HeaderDotStuffing {
  #isDone = false;
  #isLineStart = true;
  /** Whether the line so far is empty. */
  #isLineEmpty = true;

  push(chunk: Uint8Array): Uint8Array {
    if (this.#isDone) return chunk;
    const out = new Uint8Array(chunk.length * 2);
    let length = 0;
    for (const [at, octet] of chunk.entries()) {
      if (octet === DOT && this.#isLineStart) out[length++] = DOT;
      out[length++] = octet;
      this.#isLineStart = octet === LF;
      if (octet === LF) {
        if (this.#isLineEmpty) {
          this.#isDone = true;
          const rest = chunk.subarray(at + 1);
          out.set(rest, length);
          return out.subarray(0, length + rest.length);
        }
        this.#isLineEmpty = true;
      } else if (octet !== CR) this.#isLineEmpty = false;
    }
    return out.subarray(0, length);
  }

  end(): Uint8Array {
    return new Uint8Array(0);
  }
}
