/*
 * The steps of a decision as PMDF's `-debug` shows those of a mapping: each with its time, tables and entries with their
 * numbers. PMDF prints `Mapping n applied to`, `Entry #k matched`, `New target`, `Exiting...` and `Final result`; the other
 * lines are ours. An entry is shown before what its template looks up, so steps wait until their entry is known.
 * Ref: PMDF 32 (pmdf test -mapping)
 */
import type { TraceEvent } from '../../lib/engine/index.js';
import { clockTime } from '../../lib/log/index.js';
import { type CompiledTable, tableKey } from '../../lib/mapping/index.js';
import type { Policy } from '../../lib/policy/index.js';
import { placeOf, type Span } from '../../lib/text/index.js';
import { traceRow } from './print-trace.js';
import { brief } from './visible.js';

/** The text of an entry with continued lines joined. */
function writtenText({ source, offset, length }: Span): string {
  let text = '';
  for (let at = offset; text.length < length && at < source.text.length; at += 1) {
    const lineEnd = /^\\\r?\n/.exec(source.text.slice(at, at + 3));
    if (lineEnd !== null) at += lineEnd[0].length - 1;
    else text += source.text.charAt(at);
  }
  return text;
}

/** The pattern and template of an entry as written, separated by the first unquoted blank. */
function partsOf(span: Span): { readonly pattern: string; readonly template: string } {
  const text = writtenText(span);
  let end = 0;
  while (end < text.length && text[end] !== ' ' && text[end] !== '\t') end += text[end] === '$' ? 2 : 1;
  return { pattern: text.slice(0, end), template: text.slice(end).trim() };
}

const next = { E: 'Exiting...', C: 'Continuing...', L: 'Continuing...', R: 'Starting over...' } as const;

type Matched = Extract<TraceEvent, { kind: 'entry-matched' }>;
type Ended = Extract<TraceEvent, { kind: 'table-ends' }>;

/** A line: its time, its nesting, its text. */
interface Line {
  readonly time: string;
  readonly depth: number;
  readonly text: string;
}

/** A table being applied: its lines so far, and those that wait for their entry. */
interface OpenTable {
  readonly table: CompiledTable | undefined;
  readonly lines: Line[];
  waiting: Line[];
}

/** Collects the steps of one decision. */
export class DebugLog {
  readonly #policy: Policy;
  readonly #now: () => Date;
  readonly #done: Line[] = [];
  readonly #open: OpenTable[] = [];

  constructor(policy: Policy, now: () => Date = () => new Date()) {
    this.#policy = policy;
    this.#now = now;
  }

  /** Adds one step. */
  readonly add = (event: TraceEvent): void => {
    const time = clockTime(this.#now());
    switch (event.kind) {
      case 'table-probed':
        this.#begin(event.table, event.probe, time);
        break;
      case 'entry-matched':
        this.#matched(event, time);
        break;
      case 'table-ends':
        this.#end(event, time);
        break;
      default:
        this.#put({
          time,
          depth: this.#open.length,
          text: traceRow(event)
            .filter((cell) => cell !== '')
            .join(' '),
        });
    }
  };

  /** The lines so far. */
  lines(): string[] {
    return this.#done.map(({ time, depth, text }) => `${time}: ${'  '.repeat(depth)}${text}`);
  }

  #put(line: Line): void {
    const innermost = this.#open.at(-1);
    if (innermost === undefined) this.#done.push(line);
    else innermost.waiting.push(line);
  }

  /** Begins a table; its number is its position among the site's tables. */
  #begin(name: string, probe: string, time: string): void {
    const { mappings, builtIn } = this.#policy;
    const number = [...mappings.keys()].indexOf(tableKey(name)) + 1;
    const head = { time, depth: this.#open.length, text: `Mapping ${number} applied to ${brief(probe)}` };
    const table = mappings.get(tableKey(name)) ?? builtIn.get(tableKey(name));
    this.#open.push({ table, lines: [head], waiting: [] });
  }

  #matched(event: Matched, time: string): void {
    const open = this.#open.at(-1);
    if (open === undefined) return;
    const depth = this.#open.length;
    const at = open.table?.entries.findIndex(({ span }) => placeOf(span) === event.place) ?? -1;
    const entry = open.table?.entries[at];
    const { pattern, template } = entry === undefined ? { pattern: '', template: '' } : partsOf(entry.span);
    const named = `Entry #${at + 1} matched, pattern "${brief(pattern)}", template "${brief(template)}", match #0.`;
    const outcome =
      event.failed === undefined
        ? `New target "${brief(event.output)}"`
        : `The template fails: ${brief(event.failed)}`;
    open.lines.push(
      { time: open.waiting[0]?.time ?? time, depth, text: named },
      ...open.waiting,
      { time, depth, text: outcome },
      { time, depth, text: next[event.control] },
    );
    open.waiting = [];
  }

  #end(event: Ended, time: string): void {
    const open = this.#open.pop();
    if (open === undefined) return;
    const depth = this.#open.length + 1;
    const result = event.matched ? `Final result "${brief(event.output)}"` : 'No entry matches.';
    const lines = [...open.lines, ...open.waiting, { time, depth, text: result }];
    const outer = this.#open.at(-1);
    const into = outer === undefined ? this.#done : outer.waiting;
    for (const line of lines) into.push(line);
  }
}
