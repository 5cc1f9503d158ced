/*
 * Reads channel blocks, as the blank lines of pmdf.cnf separate them:
 *   channel-name keyword ...            or   defaults keyword ...   or   nodefaults
 *   official-host-name [local-host-alias]
 *   host-name [proper-name]
 * Comments may come between the lines. Errors leave the rest of the block usable; nothing is thrown.
 * What concerns several blocks at once is checked where the table is built.
 * Ref: PMDF 2.3.2, 2.3.5
 */
import {
  type Diagnostic,
  DiagnosticList,
  errorAt,
  type LogicalLine,
  type Parsed,
  spanOfLine,
  warningAt,
} from '../text/index.js';
import { checkChannelName, isUsualChannelName, looksLikeComment } from './channel-names.js';
import { findKeyword } from './keywords.js';
import { parseKeywords } from './parse-keywords.js';
import type { Block, ChannelFile, HostLine, Word } from './syntax.js';
import { wordsOf } from './words.js';

/** A line with words, and the comments before it. */
interface CommentedLine {
  readonly comments: readonly string[];
  readonly line: LogicalLine;
  readonly words: readonly Word[];
}

/** Gives each line its comments; those after the last line are left over. */
function withComments(lines: readonly LogicalLine[]): { lines: CommentedLine[]; left: string[] } {
  const result: CommentedLine[] = [];
  let comments: string[] = [];
  for (const line of lines) {
    if (line.kind === 'comment') comments.push(line.text);
    const words = line.kind === 'text' ? wordsOf(line) : [];
    if (words.length === 0) continue;
    result.push({ comments, line, words });
    comments = [];
  }
  return { lines: result, left: comments };
}

/** Checks the spelling of a host name; patterns and addresses are not host names. */
export function checkHostName(name: Word): Diagnostic[] {
  // A backslash or a control character would not survive being printed and read again.
  if (!/[@%!#,;|"()<>\\\u0000-\u001f\u007f]/.test(name.text)) return [];
  const message = `\`${name.text}\` has characters that no host name has`;
  const hint = /^[!#;]/.test(name.text)
    ? 'a comment has a `!` in column 1'
    : 'write a host name alone, not an address';
  return [errorAt(name.span, 'channel/host-name', message, { hint })];
}

class BlockReader {
  readonly blocks: Block[] = [];
  readonly diagnostics = new DiagnosticList();

  read(lines: readonly LogicalLine[]): void {
    const { lines: content, left } = withComments(lines);
    const [first, ...rest] = content;
    const name = first?.words[0];
    if (first === undefined || name === undefined) {
      if (left.length > 0) this.blocks.push({ kind: 'comments', comments: left });
      return;
    }
    const { comments } = first;
    const words = first.words.slice(1);
    switch (name.text.toLowerCase()) {
      case 'defaults': {
        const items = this.#keep(parseKeywords(words));
        this.#ignore(rest, 'only the first line of a `defaults` block counts');
        const commentsAfter = [...rest.flatMap((one) => one.comments), ...left];
        this.blocks.push({ kind: 'defaults', comments, items, commentsAfter });
        return;
      }
      case 'nodefaults': {
        this.#ignore(words.length > 0 ? [first, ...rest] : rest, '`nodefaults` must be alone in its block');
        const commentsAfter = [...rest.flatMap((one) => one.comments), ...left];
        this.blocks.push({ kind: 'nodefaults', comments, commentsAfter });
        return;
      }
      default: {
        this.diagnostics.append(checkChannelName(name));
        const isComment = looksLikeComment(name.text);
        const items = isComment ? [] : this.#keep(parseKeywords(words));
        const [official, ...hosts] = rest.map((one, index) => this.#hostLine(one, index === 0));
        if (official === undefined) this.#withoutOfficialHost(name);
        this.blocks.push({
          kind: 'channel',
          comments,
          name,
          items,
          officialHost: official ?? null,
          hosts,
          commentsAfter: left,
        });
      }
    }
  }

  #keep<T>(parsed: Parsed<T>): T {
    this.diagnostics.append(parsed.diagnostics);
    return parsed.value;
  }

  #ignore(lines: readonly CommentedLine[], message: string): void {
    for (const { line } of lines) {
      const hint = 'separate channel blocks by a blank line';
      this.diagnostics.push(warningAt(spanOfLine(line), 'channel/ignored-line', message, { hint }));
    }
  }

  #withoutOfficialHost(name: Word): void {
    const message = `the channel \`${name.text}\` has no official host name`;
    const hint = 'write it on the line after this one, without a blank line between them';
    this.diagnostics.push(errorAt(name.span, 'channel/no-official-host', message, { hint }));
  }

  /** One word may be the end of the line before, which an editor has broken, or the first line of a block. */
  #singleWord({ text, span }: Word, isOfficial: boolean): void {
    const isKeyword = isOfficial && findKeyword(text) !== undefined;
    if (!isKeyword && (isOfficial || !isUsualChannelName(text))) return;
    const message = `\`${text}\` is the name of a ${isKeyword ? 'keyword' : 'channel'}, but is read as a host name here`;
    const hint = isKeyword
      ? 'write keywords into the first line of the block'
      : 'if a channel block begins here, put a blank line before it';
    this.diagnostics.push(warningAt(span, 'channel/missing-blank-line', message, { hint }));
  }

  #hostLine({ comments, line, words }: CommentedLine, isOfficial: boolean): HostLine {
    const [name = { text: '', span: spanOfLine(line) }, second, third] = words;
    // A host and a proper name never are keywords, but the first line of the next block looks like that.
    if (third !== undefined || (second !== undefined && findKeyword(second.text) !== undefined)) {
      const message =
        third === undefined
          ? `\`${second?.text}\` is a keyword, but a host name is expected`
          : 'a line of host names has at most two words';
      const hint = 'if a channel block begins here, put a blank line before it';
      this.diagnostics.push(errorAt(spanOfLine(line), 'channel/missing-blank-line', message, { hint }));
    }
    this.diagnostics.append(words.slice(0, 2).flatMap(checkHostName));
    if (second === undefined) this.#singleWord(name, isOfficial);
    return { comments, name, second: second ?? null };
  }
}

/** Reads blocks of lines into the tree of channel blocks, in file order. */
export function parseChannelBlocks(blocks: readonly (readonly LogicalLine[])[]): Parsed<ChannelFile> {
  const reader = new BlockReader();
  for (const block of blocks) reader.read(block);
  return { value: { blocks: reader.blocks }, diagnostics: reader.diagnostics.all };
}
