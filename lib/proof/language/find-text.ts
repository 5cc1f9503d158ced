/*
 * A shortest text of a language, or that it has none: a search through its derivatives, by length.
 */
import type { WorkLimit } from '../inclusion/inclusion.js';
import { characterOf } from './characters.js';
import type { Language, Languages } from './language.js';
import { WorkLimitReached } from './work-limit-reached.js';

interface Reached {
  readonly from: Reached | null;
  readonly character: number;
  readonly language: Language;
}

function textTo(last: Reached): string {
  let text = '';
  for (let at = last; at.from !== null; at = at.from) text = characterOf(at.character) + text;
  return text;
}

/** Finds a shortest text; null if there is none. Throws WorkLimitReached. */
export function findText(languages: Languages, language: Language, work: WorkLimit): string | null {
  if (language.hasEmpty) return '';
  const seen = new Set([language.number]);
  const open: Reached[] = [{ from: null, character: -1, language }];
  for (const reached of open) {
    for (const character of languages.firstCharacters(reached.language)) {
      work.left -= 1;
      if (work.left < 0) throw new WorkLimitReached();
      const next = languages.after(reached.language, character);
      if (next === languages.nothing || seen.has(next.number)) continue;
      seen.add(next.number);
      const here = { from: reached, character, language: next };
      if (next.hasEmpty) return textTo(here);
      open.push(here);
    }
  }
  return null;
}
