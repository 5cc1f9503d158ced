/*
 * A text that a pattern matches, made without a search: each element gives a piece, and the caller chooses the texts of
 * wildcards of any length. The matcher then checks the text. It may fail, for example when an address is next to a
 * wildcard, or when nothing matches the pattern.
 */
import { type StepBudget, StepLimitReached } from '../../engine/index.js';
import {
  type CharacterTest,
  type CompiledPattern,
  compileAddress,
  type MappingPattern,
  matchSubject,
  subjectOf,
  testFor,
} from '../../mapping/index.js';
import { networkText } from './alphabet.js';

/** Gives the text for a wildcard of any length by the index of its element. */
export type Fill = (index: number) => string;

const preferred = 'xabcdefghijklmnopqrstuvwyz0123456789._-@ ';

/** A character that passes a test, a readable one if possible. */
function characterFor(test: CharacterTest): string | null {
  for (const character of preferred) if (test(character.charCodeAt(0))) return character;
  for (let code = 33; code < 0xd800; code += 1) if (test(code)) return String.fromCharCode(code);
  return null;
}

/** Whether a pattern matches a text; null when the budget is used up, which only a back-match can do. */
export function matchesText(pattern: CompiledPattern, text: string, budget: StepBudget): boolean | null {
  try {
    return matchSubject(pattern, subjectOf(text), budget) !== null;
  } catch (error) {
    if (error instanceof StepLimitReached) return null;
    throw error;
  }
}

/** Joins the pieces; the text may not match. */
export function fillPattern(pattern: MappingPattern, fill: Fill): string {
  const saved: string[] = [];
  const pieces: string[] = [];
  for (const [index, element] of pattern.entries()) {
    let piece = '';
    switch (element.kind) {
      case 'literal':
        pieces.push(element.text);
        continue;
      case 'single':
        piece = characterFor(testFor(element.of)) ?? '';
        break;
      case 'run': {
        const test = testFor(element.of);
        const wanted = fill(index);
        const isTaken = Array.from(wanted).every((one) => test(one.codePointAt(0) ?? 0));
        piece = isTaken ? wanted : (characterFor(test) ?? '');
        break;
      }
      case 'back-match':
        piece = saved[element.capture] ?? '';
        break;
      case 'address':
        piece = networkText(compileAddress(element.form, element.address, element.bits));
        break;
    }
    pieces.push(piece);
    if (element.saved) saved.push(piece);
  }
  return pieces.join('');
}

/** A text that the pattern matches; null when the text that was made does not match. */
export function exampleText(
  pattern: MappingPattern,
  compiled: CompiledPattern,
  fill: Fill,
  budget: StepBudget,
): string | null {
  const text = fillPattern(pattern, fill);
  return matchesText(compiled, text, budget) === true ? text : null;
}
