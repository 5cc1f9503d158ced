/*
 * Finds what was made of certain numbers before: a term by the numbers of its parts, for one. All are in two typed arrays, since a
 * proof makes hundreds of thousands of terms, and looks for many more.
 */

/** Where a record has its parts: after the number of its term, the hash, the kind and the count of parts. */
const head = 4;
const slotsAtFirst = 1_024;

function hashOf(kind: number, parts: ArrayLike<number>): number {
  let hash = kind;
  for (let index = 0; index < parts.length; index += 1) {
    hash = Math.imul(hash ^ (parts[index] ?? 0), 0x9e3779b1) ^ (hash >>> 15);
  }
  return (hash ^ (hash >>> 13)) | 0;
}

/** Terms by what they are made of. */
export class TermTable {
  /** Where the record of a term begins, plus one; 0 for none. Open addressing, at most half full. */
  #slots = new Int32Array(slotsAtFirst);
  #records = new Int32Array(slotsAtFirst * head);
  #end = 0;
  #count = 0;

  /** Gives the number of a term; -1 if there is none. */
  find(kind: number, parts: ArrayLike<number>): number {
    const at = this.#slots[this.#slotOf(hashOf(kind, parts), kind, parts)] ?? 0;
    return at === 0 ? -1 : (this.#records[at - 1] ?? -1);
  }

  /** Adds a term that is not in it yet. */
  add(kind: number, parts: ArrayLike<number>, number: number): void {
    if (this.#count * 2 >= this.#slots.length) this.#widen();
    const hash = hashOf(kind, parts);
    const from = this.#end;
    this.#end += head + parts.length;
    if (this.#end > this.#records.length) {
      const longer = new Int32Array(Math.max(this.#end, this.#records.length * 2));
      longer.set(this.#records);
      this.#records = longer;
    }
    const records = this.#records;
    records[from] = number;
    records[from + 1] = hash;
    records[from + 2] = kind;
    records[from + 3] = parts.length;
    for (let index = 0; index < parts.length; index += 1) records[from + head + index] = parts[index] ?? 0;
    this.#slots[this.#slotOf(hash, kind, parts)] = from + 1;
    this.#count += 1;
  }

  /** The slot of a term, or the free one where it belongs. */
  #slotOf(hash: number, kind: number, parts: ArrayLike<number>): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash & mask;
    while (slots[slot] !== 0 && !this.#isAt((slots[slot] ?? 0) - 1, hash, kind, parts)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #isAt(from: number, hash: number, kind: number, parts: ArrayLike<number>): boolean {
    const records = this.#records;
    if (records[from + 1] !== hash || records[from + 2] !== kind || records[from + 3] !== parts.length)
      return false;
    for (let index = 0; index < parts.length; index += 1) {
      if (records[from + head + index] !== parts[index]) return false;
    }
    return true;
  }

  #widen(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    const records = this.#records;
    for (let from = 0; from < this.#end; from += head + (records[from + 3] ?? 0)) {
      let slot = (records[from + 1] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = from + 1;
    }
    this.#slots = slots;
  }
}
