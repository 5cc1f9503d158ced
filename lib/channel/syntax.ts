/*
 * Channel blocks as they were written, in file order. The files of PMDF and the YAML form both make this tree.
 * Ref: PMDF 2.3.2, 2.3.5
 */
import type { Span } from '../text/index.js';

/** A word and its place, quotes included. */
export interface Word {
  readonly text: string;
  readonly span: Span;
}

/** The words of the first line of a block; `broken` words have no meaning and were reported. */
export type KeywordItem =
  | {
      readonly kind: 'keyword';
      /** The canonical name. */
      readonly keyword: string;
      readonly word: Word;
      readonly arguments: readonly Word[];
    }
  | { readonly kind: 'group-id'; readonly word: Word }
  | { readonly kind: 'broken'; readonly words: readonly Word[] };

/**
 * A line of host names. On the official host line `second` is the local host alias, on the others the proper name.
 * `comments` are the comment lines before it, each with its `!`.
 */
export interface HostLine {
  readonly comments: readonly string[];
  readonly name: Word;
  readonly second: Word | null;
}

/** A channel: `name keywords`, the official host name, further hosts. */
export interface ChannelBlock {
  readonly kind: 'channel';
  readonly comments: readonly string[];
  readonly name: Word;
  readonly items: readonly KeywordItem[];
  /** Null when the block has no second line. */
  readonly officialHost: HostLine | null;
  readonly hosts: readonly HostLine[];
  readonly commentsAfter: readonly string[];
}

/** `defaults keywords`: what later channels inherit. */
export interface DefaultsBlock {
  readonly kind: 'defaults';
  readonly comments: readonly string[];
  readonly items: readonly KeywordItem[];
  readonly commentsAfter: readonly string[];
}

/** `nodefaults`: forgets all `defaults` so far. */
export interface NodefaultsBlock {
  readonly kind: 'nodefaults';
  readonly comments: readonly string[];
  readonly commentsAfter: readonly string[];
}

/** Comments that belong to no block. */
export interface CommentBlock {
  readonly kind: 'comments';
  readonly comments: readonly string[];
}

export type Block = ChannelBlock | DefaultsBlock | NodefaultsBlock | CommentBlock;

export interface ChannelFile {
  readonly blocks: readonly Block[];
}

/** What a word means: itself, without the double quotes around it. */
export function unquoted(word: Word): string {
  const { text } = word;
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

/** All comments of a block, in order. */
export function commentsOfBlock(block: Block): readonly string[] {
  switch (block.kind) {
    case 'comments':
      return block.comments;
    case 'defaults':
    case 'nodefaults':
      return [...block.comments, ...block.commentsAfter];
    case 'channel': {
      const hostLines = block.officialHost === null ? block.hosts : [block.officialHost, ...block.hosts];
      return [...block.comments, ...hostLines.flatMap((line) => line.comments), ...block.commentsAfter];
    }
  }
}
