/*
 * Reads the words after the name of a channel: keywords with their arguments, and group ids.
 * A word that is not a keyword is a group id; a keyword whose argument is invalid is ignored.
 * Ref: PMDF 2.3.4
 */
import { fieldAddressForm } from '../address/index.js';
import { type Diagnostic, errorAt, nearest, type Parsed, warningAt } from '../text/index.js';
import { isChannelName } from './channel-names.js';
import type { ArgumentShape, Keyword } from './keyword.js';
import { findKeyword, keywordNames } from './keywords.js';
import { checkAges } from './notice-ages.js';
import { type KeywordItem, unquoted, type Word } from './syntax.js';

function isInteger(word: Word, least: number, most: number): boolean {
  const { text } = word;
  return /^\d{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most;
}

function isKeyword(word: Word): boolean {
  return findKeyword(word.text) !== undefined;
}

/** Tells a second domain from the next group id: it has a dot, or looks like no keyword at all. */
function isSecondDomain(word: Word): boolean {
  return !isKeyword(word) && (word.text.includes('.') || nearest(word.text, keywordNames) === undefined);
}

/** Free text and single numbers may be spelled like a keyword (`822`); elsewhere the argument was forgotten. */
function mayLookLikeKeyword(shape: ArgumentShape, index: number): boolean {
  if (index !== 0) return false;
  return (
    shape.kind === 'word' || (shape.kind === 'integer' && !shape.isOptional) || shape.kind === 'integers'
  );
}

/** Says of each shape which words fit, how many at most, and how the shape is named. */
function requirementOf(shape: ArgumentShape): {
  most: number;
  name: string;
  fits: (word: Word, index: number) => boolean;
} {
  switch (shape.kind) {
    case 'none':
      return { most: 0, name: 'nothing', fits: () => false };
    case 'word':
      return { most: 1, name: 'a word', fits: () => true };
    case 'address': {
      const name = 'an address, such as `postmaster@domain.com` or `postmaster`';
      return { most: 1, name, fits: (one) => fieldAddressForm.test(unquoted(one)) };
    }
    case 'host':
      return { most: 1, name: 'a host name', fits: () => true };
    case 'hosts':
      return { most: 2, name: 'a domain', fits: (one, index) => index === 0 || isSecondDomain(one) };
    case 'channel':
      return { most: 1, name: 'a channel name', fits: (one) => isChannelName(unquoted(one)) };
    case 'integer': {
      const { least, most } = shape;
      const name =
        most === Number.MAX_SAFE_INTEGER ? `a number from ${least}` : `a number from ${least} to ${most}`;
      return { most: 1, name, fits: (one) => isInteger(one, least, most) };
    }
    case 'integers':
      return { most: Infinity, name: 'one number or several', fits: (one) => isInteger(one, 0, 99_999) };
    case 'addresses':
      return {
        most: Infinity,
        name: 'one IP address or several',
        fits: (one) => /^[0-9.]+$|^[0-9a-f.]*:[0-9a-f:.]*$/i.test(one.text),
      };
    case 'durations':
      return {
        most: Infinity,
        name: 'one duration or several, such as `"pt30m"`',
        fits: (one) => /^-?pt?\d[0-9a-z]*$/i.test(unquoted(one)),
      };
  }
}

class KeywordReader {
  readonly items: KeywordItem[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly #words: readonly Word[];
  #next = 0;
  #isDoubtful = false;

  constructor(words: readonly Word[]) {
    this.#words = words;
  }

  read(): void {
    for (let one = this.#take(); one !== undefined; one = this.#take()) {
      if (/^!|^\\$/.test(one.text) && !this.#isDoubtful) this.#doubt(one);
      const keyword = findKeyword(one.text);
      if (keyword === undefined) this.#groupId(one);
      else this.#keyword(keyword, one);
    }
  }

  /** Words after what looks like a comment but is not one count as keywords; one finding says so. */
  #doubt({ text, span }: Word): void {
    this.#isDoubtful = true;
    this.diagnostics.push(
      text === '\\'
        ? errorAt(
            span,
            'channel/line-end',
            'this line is not continued, because blanks follow its backslash',
            {
              hint: 'end the line with the backslash',
            },
          )
        : errorAt(
            span,
            'channel/line-end',
            'a comment cannot begin here; the words that follow are read as keywords',
            {
              hint: 'a comment has a line of its own, with `!` in column 1',
            },
          ),
    );
  }

  #take(): Word | undefined {
    const one = this.#words[this.#next];
    this.#next += 1;
    if (one?.text.startsWith('"') && (one.text.length < 2 || !one.text.endsWith('"'))) {
      const message = 'a double quote is not closed at the end of a word';
      this.diagnostics.push(errorAt(one.span, 'channel/open-quote', message));
    }
    return one;
  }

  #groupId(one: Word): void {
    this.items.push({ kind: 'group-id', word: one });
    if (this.#isDoubtful) return;
    const near = nearest(one.text, keywordNames);
    this.diagnostics.push(
      warningAt(
        one.span,
        'channel/unknown-keyword',
        `\`${one.text}\` is not a keyword and is read as a group id`,
        near === undefined ? {} : { hint: `did you mean \`${near}\`?` },
      ),
    );
  }

  #keyword(keyword: Keyword, one: Word): void {
    const { most, name, fits } = requirementOf(keyword.arguments);
    const taken: Word[] = [];
    while (taken.length < most) {
      const candidate = this.#words[this.#next];
      if (candidate === undefined || !fits(candidate, taken.length)) break;
      if (isKeyword(candidate) && !mayLookLikeKeyword(keyword.arguments, taken.length)) break;
      this.#take();
      taken.push(candidate);
    }
    const isOptional = keyword.arguments.kind === 'integer' && keyword.arguments.isOptional;
    if (taken.length === 0 && most > 0 && !isOptional) {
      this.#withoutArgument(one, name);
      return;
    }
    const first = taken[0];
    if (first !== undefined && keyword.arguments.kind === 'word' && isKeyword(first)) {
      const message = `the keyword \`${first.text}\` is read as the argument of \`${one.text}\``;
      const hint = `write \`"${first.text}"\` to say that this is intended, or give \`${one.text}\` its argument`;
      this.diagnostics.push(warningAt(first.span, 'channel/argument-is-keyword', message, { hint }));
    }
    this.items.push({ kind: 'keyword', keyword: keyword.name, word: one, arguments: taken });
  }

  #withoutArgument(one: Word, name: string): void {
    const candidate = this.#words[this.#next];
    if (candidate === undefined || isKeyword(candidate)) {
      this.diagnostics.push(
        errorAt(one.span, 'channel/argument-missing', `\`${one.text}\` needs ${name} after it`),
      );
      this.items.push({ kind: 'broken', words: [one] });
      return;
    }
    this.#take();
    const message = `\`${one.text}\` needs ${name}, not \`${candidate.text}\``;
    this.diagnostics.push(errorAt(candidate.span, 'channel/argument', message));
    this.items.push({ kind: 'broken', words: [one, candidate] });
  }
}

/** Reports keywords of one line that decide the same setting; a half that refines a compound before it is fine. */
function contradictions(items: readonly KeywordItem[]): Diagnostic[] {
  const decided = new Map<string, { keyword: Keyword; word: Word }>();
  const diagnostics: Diagnostic[] = [];
  for (const item of items) {
    const keyword = item.kind === 'keyword' ? findKeyword(item.keyword) : undefined;
    if (item.kind !== 'keyword' || keyword === undefined) continue;
    const before = keyword.settings.map((setting) => decided.get(setting)).find((one) => one !== undefined);
    for (const setting of keyword.settings) decided.set(setting, { keyword, word: item.word });
    if (before === undefined || (before.keyword.halves.length > 0 && keyword.halves.length === 0)) continue;
    const message =
      before.keyword === keyword
        ? `\`${item.word.text}\` appears twice on this line`
        : `\`${item.word.text}\` contradicts \`${before.word.text}\` on this line; the later one counts`;
    diagnostics.push(
      warningAt(item.word.span, 'channel/contradiction', message, {
        related: [{ message: 'the earlier one', span: before.word.span }],
      }),
    );
  }
  return diagnostics;
}

/**
 * Reads the words after `name` or `defaults` into keywords and group ids, in the order written.
 * Unknown words, contradictions and doubtful ages are warnings; missing and wrong arguments are errors.
 */
export function parseKeywords(words: readonly Word[]): Parsed<readonly KeywordItem[]> {
  const reader = new KeywordReader(words);
  reader.read();
  const { items, diagnostics } = reader;
  return { value: items, diagnostics: [...diagnostics, ...contradictions(items), ...checkAges(items)] };
}
