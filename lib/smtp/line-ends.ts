/*
 * Line ends on the wire: CR and LF occur only as a pair, and NUL never. Anything else is the end of a line for one server and text
 * for another, so that a message could end for the one where it continues for the other (SMTP smuggling). Octets, not characters;
 * linear, and independent of how the octets are cut into chunks.
 * Ref: RFC 5321 2.3.8, 4.1.1.4; RFC 5322 2.1
 */

const NUL = 0x00;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const DOT = 0x2e;

/** What a line may hold that no line may. */
export type LineFault = 'bare CR' | 'bare LF' | 'NUL';

/** The first fault of a line that was cut off after its LF; null when it ends in CR LF and has no other fault. */
export function lineFault(line: Uint8Array): LineFault | null {
  const end = line.length - 2;
  if (line.indexOf(NUL) >= 0) return 'NUL';
  const cr = line.indexOf(CR);
  if (cr === end && end >= 0 && line[end + 1] === LF) return null;
  return cr >= 0 && cr < end ? 'bare CR' : 'bare LF';
}

export type DotLine =
  /** CR LF . CR LF: the message ends here for every server. */
  | 'end'
  /** A lone dot with a bare LF before or after it: some servers end the message here, others do not. */
  | 'doubtful'
  | 'text';

/** Tells whether a line, cut off after its LF, ends the message; `afterBareLf` says how the line before it ended. */
export function dotLine(line: Uint8Array, afterBareLf: boolean): DotLine {
  if (line[0] !== DOT) return 'text';
  if (line.length === 2 && line[1] === LF) return 'doubtful';
  if (line.length === 3 && line[1] === CR && line[2] === LF) return afterBareLf ? 'doubtful' : 'end';
  return 'text';
}

/** Makes octets fit for the wire: a bare LF becomes CR LF, a bare CR or NUL a space. */
export class LineEndRepair {
  #isCrHeld = false;
  #isLineStart = true;

  /** Takes a chunk and gives what can be sent so far: a CR at the end waits for what comes after it. */
  push(chunk: Uint8Array): Uint8Array {
    const out = new Uint8Array(chunk.length * 2 + 1);
    let length = 0;
    for (const octet of chunk) {
      this.#isLineStart = octet === LF;
      if (octet === LF) {
        out[length++] = CR;
        out[length++] = LF;
        this.#isCrHeld = false;
        continue;
      }
      if (this.#isCrHeld) out[length++] = SPACE;
      this.#isCrHeld = octet === CR;
      if (!this.#isCrHeld) out[length++] = octet === NUL ? SPACE : octet;
    }
    return out.subarray(0, length);
  }

  /** Gives what is left when nothing more comes. */
  end(): Uint8Array {
    const rest = this.#isCrHeld ? [SPACE] : [];
    this.#isCrHeld = false;
    return Uint8Array.from(rest);
  }

  /** The same at the end of a message, whose last line has to end: the dot after it would be a part of that line. */
  endOfMessage(): Uint8Array {
    const rest = this.end();
    const isWhole = this.#isLineStart;
    this.#isLineStart = true;
    return isWhole ? rest : Uint8Array.from([...rest, CR, LF]);
  }
}

/** Whether octets are fit for the wire as they are. */
function isFit(octets: Uint8Array): boolean {
  let before = 0x01;
  for (const octet of octets) {
    if (octet === NUL || (octet === LF) !== (before === CR)) return false;
    before = octet;
  }
  return before !== CR;
}

/** Makes one line, or several, fit for the wire; gives `line` itself where it is. */
export function repairedLine(line: Uint8Array): Uint8Array {
  if (isFit(line)) return line;
  const repair = new LineEndRepair();
  const most = repair.push(line);
  const rest = repair.end();
  if (rest.length === 0) return most;
  const whole = new Uint8Array(most.length + rest.length);
  whole.set(most);
  whole.set(rest, most.length);
  return whole;
}
