/*
 * Octets that are not UTF-8 in text that passes through strings: each becomes a character of its own, a mark, and an
 * octet again on the way out. The marks are the private-use characters U+F780 to U+F7FF; a character of this range that
 * was there before is marked octet by octet as well, so that marking can always be undone.
 * Ref: RFC 5322 2.1; RFC 6532 3
 */

/** The first two octets of a mark in UTF-8, and the third. */
const LEAD = 0xef;
const MIDDLES = [0x9e, 0x9f];

const LF = 0x0a;
const CR = 0x0d;

function isMark(text: Uint8Array, at: number): boolean {
  return text[at] === LEAD && MIDDLES.includes(text[at + 1] ?? 0) && ((text[at + 2] ?? 0) & 0xc0) === 0x80;
}

export function holdsMarks(text: Uint8Array): boolean {
  for (let at = text.indexOf(LEAD); at >= 0; at = text.indexOf(LEAD, at + 1)) {
    if (isMark(text, at)) return true;
  }
  return false;
}

/** Turns every octet above 127 into a mark. */
export function markOctets(text: Uint8Array): Uint8Array {
  const out = new Uint8Array(text.length * 3);
  let length = 0;
  for (const octet of text) {
    if (octet < 0x80) {
      out[length++] = octet;
      continue;
    }
    // U+F780 + n in UTF-8, where n is the octet less 128.
    out[length++] = LEAD;
    out[length++] = octet < 0xc0 ? 0x9e : 0x9f;
    out[length++] = 0x80 | (octet & 0x3f);
  }
  return out.subarray(0, length);
}

/** Turns marks into octets again, in the header of a message or in all of it. */
export class OctetUnmarking {
  readonly #isHeaderOnly: boolean;
  #isDone = false;
  /** Whether the line so far is empty: the first empty line ends the header. */
  #isLineEmpty = true;
  #held: Uint8Array = new Uint8Array(0);

  constructor(part: 'header' | 'all') {
    this.#isHeaderOnly = part === 'header';
  }

  /** Takes a chunk and gives what can be sent so far: the beginning of a mark waits for its end. */
  push(chunk: Uint8Array): Uint8Array {
    if (this.#isDone) return chunk;
    const text = new Uint8Array(this.#held.length + chunk.length);
    text.set(this.#held);
    text.set(chunk, this.#held.length);
    const out = new Uint8Array(text.length);
    let length = 0;
    let at = 0;
    for (; at < text.length; at += 1) {
      const octet = text[at] ?? 0;
      if (this.#isHeaderOnly && octet === LF) {
        out[length++] = octet;
        if (this.#isLineEmpty) {
          this.#isDone = true;
          out.set(text.subarray(at + 1), length);
          return this.#give(out.subarray(0, length + text.length - at - 1), text.length, text);
        }
        this.#isLineEmpty = true;
        continue;
      }
      if (octet !== CR) this.#isLineEmpty = false;
      if (octet !== LEAD) {
        out[length++] = octet;
        continue;
      }
      if (at + 2 >= text.length) break;
      if (isMark(text, at)) {
        out[length++] = (text[at + 1] === 0x9e ? 0x80 : 0xc0) | ((text[at + 2] ?? 0) & 0x3f);
        at += 2;
      } else out[length++] = octet;
    }
    return this.#give(out.subarray(0, length), at, text);
  }

  /** Gives what is left when nothing more comes. */
  end(): Uint8Array {
    const rest = this.#held;
    this.#held = new Uint8Array(0);
    return rest;
  }

  #give(out: Uint8Array, taken: number, text: Uint8Array): Uint8Array {
    this.#held = text.slice(taken);
    return out;
  }
}
