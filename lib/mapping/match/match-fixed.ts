/*
 * Matches the elements whose end follows from their start: literals, single characters, addresses.
 */
import type { CompiledElement } from './compile-pattern.js';
import { addressEnd, isCutOff } from './ip-glob.js';
import type { Subject } from './subject.js';
import { characterWidth } from './subject.js';

/** The code point at a place, taking a lone surrogate as it is. */
export function codeAt(text: string, at: number): number {
  return text.codePointAt(at) ?? 0;
}

/** Where an element ends when it starts at `at`, or -1; an element without a fixed end never matches here. */
export function fixedEnd(element: CompiledElement, subject: Subject, at: number, to: number): number {
  const { probe, folded } = subject;
  switch (element.kind) {
    case 'literal':
      return folded.startsWith(element.text, at) ? at + element.text.length : -1;
    case 'single':
      return at < to && element.test(codeAt(probe, at)) ? at + characterWidth(probe, at) : -1;
    case 'address':
      return element.free && isCutOff(element.glob, probe, at) ? -1 : addressEnd(element.glob, probe, at);
    case 'run':
    case 'back-match':
      return -1;
  }
}
