/*
 * The tokens of a statement of SQL, as far as it matters where a parameter can be: strings, names in quotes, comments, words.
 * Ref: PostgreSQL 4.1 Lexical Structure; MySQL 9 Language Structure; SQLite, SQL As Understood By SQLite
 */

/** The language of a kind of server. */
export type SqlDialect = 'postgresql' | 'mysql' | 'sqlite';

/**
 * A token; `text` is as written. `content` of a string is what it means, null if it cannot be told with a placeholder in it.
 * A marker is a parameter in the server's own way, `unfinished` lacks its end.
 */
export type SqlToken = { readonly offset: number; readonly text: string } & (
  | {
      readonly kind:
        | 'blank'
        | 'word'
        | 'name'
        | 'comment'
        | 'placeholder'
        | 'marker'
        | 'end'
        | 'other'
        | 'unfinished';
    }
  | { readonly kind: 'string'; readonly content: string | null }
);

const wordStart = /[\p{L}_]/u;
const word = /[\p{L}\p{N}_$]*/uy;
const blank = /\s*/y;
const dollarQuote = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy;
const ownMarkers: { readonly [D in SqlDialect]: RegExp } = {
  postgresql: /\$[0-9]+/y,
  mysql: /\?/y,
  sqlite: /\?[0-9]*|[:@$][\p{L}_][\p{L}\p{N}_]*/uy,
};

const mysqlEscapes: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['b', '\b'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['Z', '\x1a'],
]);

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/** The end of what begins with a quote, the closing quote included; -1 if there is none. */
function endOfQuoted(text: string, at: number, closing: string, hasEscapes: boolean): number {
  for (let index = at + 1; index < text.length; index += 1) {
    const char = text[index];
    if (char === '\\' && hasEscapes) index += 1;
    else if (char === closing && text[index + 1] === closing) index += 1;
    else if (char === closing) return index + 1;
  }
  return -1;
}

/** What a string means, with its placeholders; null if one follows a backslash. */
function contentOf(inside: string, quote: string, hasEscapes: boolean): string | null {
  let content = '';
  for (let at = 0; at < inside.length; at += 1) {
    const char = inside[at] ?? '';
    const next = inside[at + 1] ?? '';
    if (char === quote) at += 1;
    if (char !== '\\' || !hasEscapes) {
      content += char;
      continue;
    }
    at += 1;
    if (next === '%') {
      // `\%` and `\_` keep their backslash, for LIKE.
      if (inside[at + 1] !== '%') return null;
      content += '\\%%';
      at += 1;
    } else if (next === '_') content += '\\_';
    else content += mysqlEscapes.get(next) ?? next;
  }
  return content;
}

/** The end of a comment that begins here, 0 if none does, -1 if it has no end. */
function endOfComment(dialect: SqlDialect, text: string, at: number): number {
  const isDashes =
    text.startsWith('--', at) && (dialect !== 'mysql' || /^(?:$|\s)/.test(text.slice(at + 2, at + 3)));
  if (isDashes || (dialect === 'mysql' && text[at] === '#')) {
    const end = text.indexOf('\n', at);
    return end === -1 ? text.length : end;
  }
  if (!text.startsWith('/*', at)) return 0;
  let depth = 1;
  for (let index = at + 2; index < text.length; index += 1) {
    if (text.startsWith('*/', index)) {
      depth -= 1;
      index += 1;
      if (depth === 0) return index + 1;
    } else if (dialect === 'postgresql' && text.startsWith('/*', index)) {
      depth += 1;
      index += 1;
    }
  }
  return -1;
}

/** The closing quote of a name that begins here; null if none does. */
function nameQuote(dialect: SqlDialect, char: string): string | null {
  if (char === '"') return dialect === 'mysql' ? null : '"';
  if (char === '`') return dialect === 'postgresql' ? null : '`';
  return char === '[' && dialect === 'sqlite' ? ']' : null;
}

function readString(dialect: SqlDialect, text: string, offset: number): SqlToken {
  const quote = text[offset] ?? '';
  const isEscapeString =
    dialect === 'postgresql' && /(?:^|[^\p{L}\p{N}_$])E$/iu.test(text.slice(Math.max(0, offset - 2), offset));
  const hasEscapes = dialect === 'mysql' || isEscapeString;
  const end = endOfQuoted(text, offset, quote, hasEscapes);
  if (end === -1) return { kind: 'unfinished', offset, text: text.slice(offset) };
  const content = contentOf(text.slice(offset + 1, end - 1), quote, hasEscapes);
  return { kind: 'string', offset, text: text.slice(offset, end), content };
}

/** Reads the token at a place of a statement, which must not be its end. */
export function readToken(dialect: SqlDialect, text: string, offset: number): SqlToken {
  const char = text[offset] ?? '';
  const token = (kind: Exclude<SqlToken['kind'], 'string'>, length: number): SqlToken => ({
    kind,
    offset,
    text: text.slice(offset, offset + length),
  });
  const upTo = (kind: Exclude<SqlToken['kind'], 'string'>, end: number): SqlToken =>
    end === -1 ? token('unfinished', text.length - offset) : token(kind, end - offset);

  if (/\s/.test(char)) return token('blank', matchAt(blank, text, offset).length);
  if (wordStart.test(char)) return token('word', matchAt(word, text, offset).length);
  const comment = endOfComment(dialect, text, offset);
  if (comment !== 0) return upTo('comment', comment);
  const closing = nameQuote(dialect, char);
  if (closing !== null) return upTo('name', endOfQuoted(text, offset, closing, false));
  if (char === "'" || char === '"') return readString(dialect, text, offset);
  if (dialect === 'postgresql' && char === '$') {
    const tag = matchAt(dollarQuote, text, offset);
    if (tag !== '') {
      const at = text.indexOf(tag, offset + tag.length);
      return upTo('name', at === -1 ? -1 : at + tag.length);
    }
  }
  const marker = matchAt(ownMarkers[dialect], text, offset);
  if (marker !== '') return token('marker', marker.length);
  if (char === '%') return token(text[offset + 1] === '%' ? 'other' : 'placeholder', 2);
  return token(char === ';' ? 'end' : 'other', 1);
}
