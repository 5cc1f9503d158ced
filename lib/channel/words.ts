/*
 * Cuts a line of a channel block into words: runs without white space, or a stretch in double quotes.
 */
import { type LogicalLine, spanIn } from '../text/index.js';
import type { Word } from './syntax.js';

const word = /\S+/g;
const quotedWord = /"[^"]*"\S*/y;

/** Cuts a line into words that know their places; a quote that is never closed ends at the next white space. */
export function wordsOf(line: LogicalLine): Word[] {
  const words: Word[] = [];
  let from = 0;
  for (;;) {
    word.lastIndex = from;
    const found = word.exec(line.text);
    if (found === null) return words;
    quotedWord.lastIndex = found.index;
    const text = (quotedWord.exec(line.text) ?? found)[0];
    words.push({ text, span: spanIn(line, found.index, text.length) });
    from = found.index + text.length;
  }
}
