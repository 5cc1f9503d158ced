/*
 * Parses dispatcher.cnf.
 *   file    := (comment | blank | include | option | section)*
 *   comment := "!" in column 1
 *   include := "<" file in column 1
 *   option  := name "=" value              names in any case
 *   section := "[" "SERVICE" "=" name "]"  followed by the options of the service
 * Any other line, an unknown option and an invalid value are reported and left out.
 * Ref: PMDF 11.3.1
 */
import { canonicalAddress } from '../../../lib/address/index.js';
import {
  type Diagnostic,
  errorAt,
  integerOf,
  type LogicalLine,
  nearest,
  type Parsed,
  type ReadInclude,
  readLogicalLines,
  type SourceFile,
  type Span,
  spanIn,
  spanOfLine,
  warningAt,
} from '../../../lib/text/index.js';
import type { DispatcherFile, DispatcherOption, DispatcherService, OptionValue } from './dispatcher.js';
import { dispatcherOptions, type OptionDefinition } from './options.js';

const greatestPort = 65_535;

/** The section for the dispatcher itself. */
const dispatcherSection = 'dispatcher';

/** A parsed line; the value of an option is its text without surrounding blanks. */
export type DispatcherLine =
  | { readonly kind: 'none' }
  | { readonly kind: 'option'; readonly name: string; readonly value: string }
  | { readonly kind: 'section'; readonly service: string }
  | { readonly kind: 'malformed'; readonly what: 'line' | 'section' };

function sectionName(text: string): string | null {
  if (!text.endsWith(']')) return null;
  const [word = '', name = '', ...more] = text.slice(1, -1).split('=');
  if (more.length > 0 || word.trim().toUpperCase() !== 'SERVICE') return null;
  return /^[^\s[\]]+$/.test(name.trim()) ? name.trim() : null;
}

/** Parses one line, including comments and blank lines. */
export function readDispatcherLine(written: string): DispatcherLine {
  const text = written.trim();
  if (text === '' || written.startsWith('!')) return { kind: 'none' };
  if (text.startsWith('[')) {
    const service = sectionName(text);
    return service === null ? { kind: 'malformed', what: 'section' } : { kind: 'section', service };
  }
  const equals = text.indexOf('=');
  const name = text.slice(0, Math.max(0, equals)).trim();
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) return { kind: 'malformed', what: 'line' };
  return { kind: 'option', name, value: text.slice(equals + 1).trim() };
}

/** Parses a list of ports, `25` or `25, 587`; null if one is not a port. */
function parsePorts(text: string): readonly number[] | null {
  const ports = text.split(',').map((part) => integerOf(part.trim()));
  const sound = ports.filter((port) => port !== null && port >= 1 && port <= greatestPort);
  return sound.length < ports.length ? null : [...new Set(sound.filter((port) => port !== null))];
}

function unquoted(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

/** Parses the value of an option; null if it is not of the option's kind. */
function readOptionValue(definition: OptionDefinition, text: string): OptionValue | null {
  switch (definition.kind) {
    case 'number': {
      const number = integerOf(text);
      return number === null ? null : { kind: 'number', number };
    }
    case 'ports': {
      const ports = parsePorts(text);
      return ports === null ? null : { kind: 'ports', ports };
    }
    case 'address': {
      const address = canonicalAddress(text);
      return address === null ? null : { kind: 'address', address };
    }
    case 'text':
      return text === '' ? null : { kind: 'text', text: unquoted(text) };
  }
}

/** What a value of each kind must be. */
const wanted = {
  number: 'a number, such as `10` or `16%FF`',
  ports: 'a port from 1 to 65535, or several separated by commas',
  address: 'one IP address',
  text: 'a text',
} as const;

/** A section whose options are being read. */
type OpenSection = DispatcherService & { readonly options: DispatcherOption[] };

class DispatcherReader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #defaults: DispatcherOption[] = [];
  readonly #sections = new Map<string, OpenSection>();
  #options: DispatcherOption[] = this.#defaults;

  take(line: LogicalLine): void {
    const read = readDispatcherLine(line.text);
    switch (read.kind) {
      case 'none':
        break;
      case 'section':
        this.#section(read.service, spanOfLine(line));
        break;
      case 'option':
        this.#option(read.name, read.value, line);
        break;
      case 'malformed':
        this.#malformed(read.what, spanOfLine(line));
    }
  }

  file(span: Span): DispatcherFile {
    const services = [...this.#sections.values()].filter(
      ({ name }) => name.toLowerCase() !== dispatcherSection,
    );
    const dispatcher = this.#sections.get(dispatcherSection)?.options ?? [];
    return { defaults: this.#defaults, services, dispatcher, span };
  }

  #section(name: string, span: Span): void {
    const known = this.#sections.get(name.toLowerCase());
    if (known !== undefined) {
      this.diagnostics.push(
        warningAt(span, 'dispatcher/duplicate', `there is another section of \`${name}\``, {
          hint: 'write all its options in one section',
          related: [{ message: 'first here', span: known.span }],
        }),
      );
    }
    const section = known ?? { name, span, options: [] };
    this.#sections.set(name.toLowerCase(), section);
    this.#options = section.options;
  }

  #option(written: string, text: string, line: LogicalLine): void {
    const start = line.text.indexOf(written);
    const span = spanIn(line, start, written.length);
    const definition = dispatcherOptions.get(written.toUpperCase());
    if (definition === undefined) {
      const meant = nearest(written, dispatcherOptions.keys());
      this.diagnostics.push(
        warningAt(span, 'dispatcher/unknown-option', `there is no option \`${written}\``, {
          hint: meant === undefined ? 'it is ignored' : `did you mean \`${meant}\`?`,
        }),
      );
      return;
    }
    const { name } = definition;
    const value = readOptionValue(definition, text);
    if (value === null) {
      const found = text === '' ? 'nothing' : `\`${text}\``;
      this.diagnostics.push(
        errorAt(span, 'dispatcher/value', `\`${name}\` must be ${wanted[definition.kind]}, not ${found}`),
      );
      return;
    }
    if (!this.#makeRoom(definition, span)) return;
    this.#options.push({ definition, value, span: spanIn(line, start, line.text.trimEnd().length - start) });
  }

  /** Tells whether the section may have the option again: of one that it may have once the last value counts. */
  #makeRoom({ name, most }: OptionDefinition, span: Span): boolean {
    const earlier = this.#options.filter(({ definition }) => definition.name === name);
    const [first] = earlier;
    if (first === undefined || earlier.length < most) return true;
    const related = [{ message: 'first here', span: first.span }];
    if (most > 1) {
      this.diagnostics.push(
        errorAt(span, 'dispatcher/too-many', `\`${name}\` occurs more than five times in a section`, {
          hint: 'keep five, or ask all lists by `dns_verify_domain_port` in PORT_ACCESS: see docs/routines.md',
          related,
        }),
      );
      return false;
    }
    const message = `\`${name}\` is set twice; the last counts`;
    this.diagnostics.push(warningAt(span, 'dispatcher/duplicate', message, { related }));
    this.#options.splice(this.#options.indexOf(first), 1);
    return true;
  }

  #malformed(what: 'line' | 'section', span: Span): void {
    this.diagnostics.push(
      what === 'section'
        ? errorAt(span, 'dispatcher/section', 'a section begins with `[SERVICE=name]` on a line of its own')
        : errorAt(span, 'dispatcher/line', 'this line is not an option', {
            hint: 'write `OPTION=value`; comments have `!` in the first column',
          }),
    );
  }
}

/** Parses the text of dispatcher.cnf. */
export function parseDispatcher(source: SourceFile, readInclude: ReadInclude): Parsed<DispatcherFile> {
  const { value: lines, diagnostics } = readLogicalLines(source, readInclude);
  const reader = new DispatcherReader();
  for (const line of lines) reader.take(line);
  const span = { source, offset: 0, length: 1 };
  return { value: reader.file(span), diagnostics: [...diagnostics, ...reader.diagnostics] };
}
