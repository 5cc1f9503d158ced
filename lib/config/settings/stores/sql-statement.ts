/*
 * A statement of SQL with the parts of a key: it is compiled once into a text with parameters, so that no key is ever part
 * of the text. A string with placeholders, such as `'%u@%d'`, becomes one parameter as a whole; a placeholder without quotes
 * is a parameter where SQL allows one. What cannot be a parameter is a fault, with its place in the text.
 * Ref: Postfix pgsql_table(5), mysql_table(5), sqlite_table(5), query
 */
import { type KeyTemplate, parseKeyTemplate } from './key-template.js';
import { readToken, type SqlDialect, type SqlToken } from './sql-token.js';

export type { SqlDialect } from './sql-token.js';

/** A compiled statement; the parameters in the order of their markers in `text`. */
export interface SqlStatement {
  readonly text: string;
  readonly parameters: readonly KeyTemplate[];
}

/** Why a statement cannot be compiled, and the part of it that is wrong. */
export interface SqlFault {
  readonly message: string;
  readonly hint: string;
  readonly offset: number;
  readonly length: number;
}

export type CompiledSql =
  | { readonly kind: 'statement'; readonly statement: SqlStatement }
  | { readonly kind: 'fault'; readonly fault: SqlFault };

const bindHint = "write `'%s'`, where a value can be";

/** Words after which SQL wants a name, or a literal that is part of a type. */
const beforeNames = new Set(['from', 'join', 'into', 'table', 'update', 'as', 'collate']);
const beforeLiterals = new Set(['date', 'time', 'timestamp']);

/** What makes another literal of the string after it, such as `E'...'`. */
const prefixes = /^(?:[ebnx&]|_.*)$/i;

function afterLiteralWord(dialect: SqlDialect, word: string): boolean {
  return beforeLiterals.has(word) || (dialect === 'postgresql' && word === 'interval');
}

function hasPlaceholder(text: string): boolean {
  for (let at = text.indexOf('%'); at !== -1; at = text.indexOf('%', at + 2)) {
    if (text[at + 1] !== '%') return true;
  }
  return false;
}

/** Text without placeholders as the server gets it. */
function plain(text: string): string {
  return text.replaceAll('%%', '%');
}

class Compiler {
  readonly #dialect: SqlDialect;
  readonly #parameters: KeyTemplate[] = [];
  #text = '';
  /** The token before this one that is neither blank nor a comment. */
  #before: SqlToken | null = null;

  constructor(dialect: SqlDialect) {
    this.#dialect = dialect;
  }

  get statement(): SqlStatement {
    return Object.freeze({ text: this.#text.trim(), parameters: Object.freeze(this.#parameters) });
  }

  /** Adds a token; the fault if it cannot be part of a statement. */
  add(token: SqlToken, written: string): SqlFault | null {
    const fault = (message: string, hint: string): SqlFault => ({
      message,
      hint,
      offset: token.offset,
      length: token.text.length,
    });
    const lastWord = this.#before?.kind === 'word' ? this.#before.text.toLowerCase() : '';
    const isAdjacent =
      this.#before !== null && this.#before.offset + this.#before.text.length === token.offset;
    switch (token.kind) {
      case 'unfinished':
        return fault('has no end of what begins here', 'end it with the same quote, or `*/`');
      case 'marker':
        return fault('has a parameter of its own', "use placeholders such as `'%s'`");
      case 'end':
        if (written.slice(token.offset + 1).trim() === '') break;
        return fault('has more than one statement', 'leave one statement, without `;`');
      case 'name':
        if (hasPlaceholder(token.text)) return fault('has a placeholder in a name', bindHint);
        this.#text += plain(token.text);
        break;
      case 'comment':
        if (hasPlaceholder(token.text)) return fault('has a placeholder in a comment', 'remove the comment');
        this.#text += ' ';
        break;
      case 'string': {
        if (!hasPlaceholder(token.text)) {
          this.#text += plain(token.text);
          break;
        }
        const template = token.content === null ? null : parseKeyTemplate(token.content);
        const hasPrefix = isAdjacent && prefixes.test(this.#before?.text ?? '');
        if (template === null || hasPrefix || afterLiteralWord(this.#dialect, lastWord)) {
          return fault('has a placeholder in a string that cannot be a parameter', bindHint);
        }
        this.#bind(template);
        break;
      }
      case 'placeholder': {
        const template = parseKeyTemplate(token.text);
        const end = token.offset + token.text.length;
        const next = written.slice(end, end + 2);
        const touches = isAdjacent && !/^[(,=<>|+*/-]$/.test(this.#before?.text ?? '');
        if (template === null || touches || !/^(?:$|[\s),=<>|+*/;-]|::)/.test(next)) {
          return fault('has a placeholder that is part of something else', "put it all in quotes: `'%u@%d'`");
        }
        if (beforeNames.has(lastWord) || afterLiteralWord(this.#dialect, lastWord)) {
          return fault('has a placeholder where SQL wants a name', bindHint);
        }
        this.#bind(template);
        break;
      }
      case 'word':
      case 'blank':
      case 'other':
        this.#text += plain(token.text);
        break;
    }
    if (token.kind !== 'blank' && token.kind !== 'comment') this.#before = token;
    return null;
  }

  #bind(template: KeyTemplate): void {
    this.#parameters.push(template);
    this.#text += this.#dialect === 'postgresql' ? `$${this.#parameters.length}` : '?';
  }
}

/** Compiles a statement with placeholders for servers of one dialect. */
export function compileSql(dialect: SqlDialect, written: string): CompiledSql {
  const compiler = new Compiler(dialect);
  for (let at = 0; at < written.length; ) {
    const token = readToken(dialect, written, at);
    const fault = compiler.add(token, written);
    if (fault !== null) return { kind: 'fault', fault };
    at += token.text.length;
  }
  return { kind: 'statement', statement: compiler.statement };
}

/** A name as the dialect quotes it, part by part. */
export function quoteSqlName(dialect: SqlDialect, name: string): string {
  const quote = dialect === 'mysql' ? '`' : '"';
  const quoted = name.split('.').map((part) => `${quote}${part.replaceAll(quote, quote + quote)}${quote}`);
  return quoted.join('.');
}
