/*
 * The words of one channel line from text, for tests.
 */
import { parseKeywords } from '../../../lib/channel/parse-keywords.js';
import type { KeywordItem } from '../../../lib/channel/syntax.js';
import { wordsOf } from '../../../lib/channel/words.js';
import type { Parsed } from '../../../lib/text/diagnostic.js';
import { readLogicalLines } from '../../../lib/text/logical-lines.js';
import { sourceOf } from './channel-text.js';

/** Reads the words after the name of a channel. */
export function parseKeywordLine(text: string): Parsed<readonly KeywordItem[]> {
  const lines = readLogicalLines(sourceOf(` ${text}`), () => undefined).value;
  return parseKeywords(lines.flatMap(wordsOf));
}
