/*
 * The comments of a YAML file with their places. Between the scalars there are only punctuation, blanks and comments, so
 * a `#` there begins a comment.
 * Ref: YAML 1.2 6.6
 */
import type { YamlNode } from '../../../lib/config/index.js';
import type { SourceFile, Span } from '../../../lib/text/index.js';

/** One comment, its `#` included. */
export interface YamlComment {
  readonly text: string;
  readonly offset: number;
  /** The number of characters before it on its line. */
  readonly column: number;
  /** Whether it is on the same line after a value, to which it belongs. */
  readonly isAfterValue: boolean;
}

function* scalarSpans(node: YamlNode): Generator<Span, void> {
  switch (node.kind) {
    case 'scalar':
      yield node.span;
      return;
    case 'sequence':
      for (const item of node.items) yield* scalarSpans(item);
      return;
    case 'mapping':
      for (const entry of node.entries) {
        yield entry.keySpan;
        yield* scalarSpans(entry.value);
      }
  }
}

function commentAt(text: string, offset: number): YamlComment {
  const rest = text.slice(offset).search(/[\r\n]/);
  const end = rest === -1 ? text.length : offset + rest;
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(lineStart, offset).trim();
  return {
    text: text.slice(offset, end).trimEnd(),
    offset,
    column: offset - lineStart,
    // After `key:` or a dash the value follows.
    isAfterValue: before !== '' && !before.endsWith(':') && !before.endsWith('-'),
  };
}

/** The comments of a file, in order; `root` is its tree. */
export function findYamlComments({ text }: SourceFile, root: YamlNode | null): readonly YamlComment[] {
  const spans = root === null ? [] : [...scalarSpans(root)].sort((left, right) => left.offset - right.offset);
  const comments: YamlComment[] = [];
  let at = 0;
  let hash = text.indexOf('#');
  const findUpTo = (end: number): void => {
    if (hash !== -1 && hash < at) hash = text.indexOf('#', at);
    while (hash !== -1 && hash < end) {
      const comment = commentAt(text, hash);
      comments.push(comment);
      hash = text.indexOf('#', hash + comment.text.length);
    }
  };
  for (const { offset, length } of spans) {
    findUpTo(offset);
    at = Math.max(at, offset + length);
  }
  findUpTo(text.length);
  return comments;
}
