/*
 * YAML text to a tree with places. One document, core schema of YAML 1.2, text keys.
 * Anchors, aliases and tags are refused: no settings file needs them, and aliases can make a small file huge.
 * Never throws. A syntax error gives no tree; after any other error the tree leaves out what was wrong.
 * Ref: YAML 1.2 10.3
 */

import {
  boolCoreTag,
  EVENT_ID,
  type Event,
  floatCoreTag,
  getScalarValue,
  intCoreTag,
  NOT_RESOLVED,
  nullCoreTag,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  YAMLException,
} from 'js-yaml';
import {
  type Diagnostic,
  type DiagnosticCode,
  errorAt,
  type Parsed,
  type SourceFile,
  type Span,
} from '../../text/index.js';
import { scalarPieces } from './scalar-pieces.js';
import { syntaxError } from './syntax-error.js';
import type { ScalarStyle, YamlEntry, YamlMapping, YamlNode, YamlScalar, YamlSequence } from './yaml-node.js';

/** How deep lists and mappings may be nested. */
const maximumDepth = 100;

const plainTags = [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag] as const;

function plainValue(text: string): YamlScalar['value'] {
  for (const tag of plainTags) {
    const value = tag.resolve(text, false, tag.tagName);
    if (value !== NOT_RESOLVED) return value;
  }
  return text;
}

const styles = {
  [SCALAR_STYLE.PLAIN]: 'plain',
  [SCALAR_STYLE.SINGLE_QUOTED]: 'single',
  [SCALAR_STYLE.DOUBLE_QUOTED]: 'double',
  [SCALAR_STYLE.LITERAL_BLOCK]: 'literal',
  [SCALAR_STYLE.FOLDED_BLOCK]: 'folded',
} as const satisfies Record<ScalarEvent['style'], ScalarStyle>;

class TreeReader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #source: SourceFile;
  readonly #events: readonly Event[];
  #at = 0;
  /** The offset after what has been read. */
  #next = 0;

  constructor(source: SourceFile, events: readonly Event[]) {
    this.#source = source;
    this.#events = events;
  }

  read(): YamlNode | null {
    if (this.#events.length === 0) return null;
    this.#at += 1;
    const root = this.#node();
    this.#at += 1;
    if (this.#at < this.#events.length) {
      const hint = 'keep everything in one document: remove this line';
      this.#error(this.#secondDocument(), 'yaml/documents', 'a second document begins here', hint);
    }
    return root;
  }

  #error(span: Span, code: DiagnosticCode, message: string, hint: string): void {
    this.diagnostics.push(errorAt(span, code, message, { hint }));
  }

  #span(start: number, end: number): Span {
    return { source: this.#source, offset: start, length: Math.max(0, end - start) };
  }

  #secondDocument(): Span {
    const { text } = this.#source;
    const [first] = ['\n---', '\n...']
      .map((marker) => text.indexOf(marker, Math.max(0, this.#next - 1)))
      .filter((found) => found !== -1)
      .sort((left, right) => left - right);
    return first === undefined ? this.#span(this.#next, this.#next) : this.#span(first + 1, first + 4);
  }

  /** The next node; null for what is refused. */
  #node(): YamlNode | null {
    const event = this.#events[this.#at];
    this.#at += 1;
    switch (event?.type) {
      case EVENT_ID.SCALAR:
        this.#refuseProperties(event);
        return this.#scalar(event);
      case EVENT_ID.SEQUENCE:
        this.#refuseProperties(event);
        return this.#sequence(event.start);
      case EVENT_ID.MAPPING:
        this.#refuseProperties(event);
        return this.#mapping(event.start);
      case EVENT_ID.ALIAS:
        this.#refuseReference('*', event.anchorStart, event.anchorEnd);
        this.#next = event.anchorEnd;
        return null;
      default:
        return null;
    }
  }

  #refuseReference(sign: '*' | '&', start: number, end: number): void {
    const what = sign === '*' ? 'aliases are' : 'anchors are';
    const name = this.#source.text.slice(start, end);
    const hint = `put text that begins with \`${sign}\` in single quotes`;
    this.#error(this.#span(start - 1, end), 'yaml/alias', `${what} not supported: \`${sign}${name}\``, hint);
  }

  #refuseProperties(event: Pick<ScalarEvent, 'anchorStart' | 'anchorEnd' | 'tagStart' | 'tagEnd'>): void {
    if (event.anchorStart !== -1) this.#refuseReference('&', event.anchorStart, event.anchorEnd);
    if (event.tagStart !== -1) {
      const tag = this.#source.text.slice(event.tagStart, event.tagEnd);
      const span = this.#span(event.tagStart, event.tagEnd);
      const hint = 'put text that begins with `!` in single quotes';
      this.#error(span, 'yaml/tag', `type tags are not supported: \`${tag}\``, hint);
    }
    this.#next = Math.max(this.#next, event.anchorEnd, event.tagEnd);
  }

  #scalar(event: ScalarEvent): YamlScalar {
    const { text: file } = this.#source;
    const style = styles[event.style];
    if (event.valueStart === -1) {
      const span = this.#span(this.#next, this.#next);
      return {
        kind: 'scalar',
        value: null,
        text: '',
        style,
        span,
        pieces: [{ start: 0, offset: this.#next }],
      };
    }
    const text = getScalarValue(file, event);
    const pieces = event.fast
      ? [{ start: 0, offset: event.valueStart }]
      : scalarPieces(file, { from: event.valueStart, end: event.valueEnd }, style, text);
    const value = style === 'plain' ? plainValue(text) : text;
    return { kind: 'scalar', value, text, style, span: this.#scalarSpan(event, style), pieces };
  }

  #scalarSpan(event: ScalarEvent, style: ScalarStyle): Span {
    let start = event.valueStart;
    let end = event.valueEnd;
    if (style === 'single' || style === 'double') {
      start -= 1;
      end += 1;
    } else if (style === 'literal' || style === 'folded') {
      const written = this.#source.text.slice(start, end);
      end = start + written.trimEnd().length;
      start = Math.min(end, start + written.length - written.trimStart().length);
    }
    this.#next = Math.max(this.#next, end);
    return this.#span(start, end);
  }

  #sequence(start: number): YamlSequence {
    this.#next = Math.max(this.#next, start);
    const items: YamlNode[] = [];
    while (this.#hasMore()) {
      const item = this.#node();
      if (item !== null) items.push(item);
    }
    return { kind: 'sequence', items, span: this.#span(start, this.#close(start, '[', ']')) };
  }

  #mapping(start: number): YamlMapping {
    this.#next = Math.max(this.#next, start);
    const entries = new Map<string, YamlEntry>();
    while (this.#hasMore()) {
      const key = this.#node();
      const value = this.#node();
      const keyScalar = key === null ? null : this.#textKey(key);
      if (keyScalar === null || value === null) continue;
      const earlier = entries.get(keyScalar.text);
      if (earlier === undefined) {
        entries.set(keyScalar.text, { key: keyScalar.text, keySpan: keyScalar.span, keyScalar, value });
      } else {
        this.diagnostics.push(
          errorAt(keyScalar.span, 'yaml/duplicate-key', `the key \`${keyScalar.text}\` is given twice`, {
            related: [{ message: 'first given here', span: earlier.keySpan }],
          }),
        );
      }
    }
    return {
      kind: 'mapping',
      entries: [...entries.values()],
      span: this.#span(start, this.#close(start, '{', '}')),
    };
  }

  #textKey(key: YamlNode): YamlScalar | null {
    if (key.kind === 'scalar') return key;
    const hint = 'put text that begins with `[` or `{` in single quotes';
    this.#error(key.span, 'yaml/key', `a key must be one word or text, not a ${key.kind}`, hint);
    return null;
  }

  #hasMore(): boolean {
    const event = this.#events[this.#at];
    if (event !== undefined && event.type !== EVENT_ID.POP) return true;
    this.#at += 1;
    return false;
  }

  /** Finds the end of a collection: after its closing bracket, or after its last value. */
  #close(start: number, opening: string, closing: string): number {
    const { text } = this.#source;
    if (text[start] !== opening) return this.#next;
    let at = Math.max(this.#next, start + 1);
    while (at < text.length && text[at] !== ']' && text[at] !== '}') {
      const newline = text[at] === '#' ? text.indexOf('\n', at) : at;
      at = newline === -1 ? text.length : newline + 1;
    }
    if (text[at] === closing) this.#next = at + 1;
    return this.#next;
  }
}

/** Reads one YAML document; null when there is none. Every span lies in the file. */
export function readYaml(source: SourceFile): Parsed<YamlNode | null> {
  let events: readonly Event[];
  try {
    events = parseEvents(source.text, { maxDepth: maximumDepth });
  } catch (error) {
    const offset = error instanceof YAMLException ? (error.mark?.position ?? 0) : 0;
    const reason = error instanceof YAMLException ? error.reason : String(error);
    return { value: null, diagnostics: [syntaxError(source, offset, reason, maximumDepth)] };
  }
  const reader = new TreeReader(source, events);
  return { value: reader.read(), diagnostics: reader.diagnostics };
}
