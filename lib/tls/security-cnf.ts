/*
 * security.cnf: credentials of this host as SMTP client, one section for each set.
 *   ! comment              in column 1
 *   [CLIENT_AUTH=name]     begins a section
 *   USER=name              everything after the `=`
 *   PASSWORD=word          the same
 *   MECHANISMS=PLAIN,LOGIN those that may be used, preferred ones first
 *   <file                  include the named file
 * Case counts in the values of USER and PASSWORD only. A backslash at the end of a line is a backslash. Sections of
 * other kinds and options before the first section are skipped, with a warning. No finding shows a value.
 * Ref: PMDF 2.3.4.43 (client_auth)
 */
import {
  DiagnosticList,
  errorAt,
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
} from '../text/index.js';
import { type Credentials, type SaslMechanism, Secret, saslMechanisms } from './client-sasl.js';

/** The sections with credentials, by name in capitals. */
export type SecurityFile = ReadonlyMap<string, Credentials>;

const options = ['USER', 'PASSWORD', 'MECHANISMS'] as const;
type OptionName = (typeof options)[number];

interface OpenSection {
  readonly name: string;
  readonly span: Span;
  readonly values: Map<OptionName, string>;
  /** Whether something in it was wrong, so that it cannot be used. */
  isBroken: boolean;
}

const sectionLine = /^\[\s*([^=\]]*?)\s*(?:=\s*([^\]]*?)\s*)?\]\s*$/;
const optionLine = /^([^=]*)=/;

/** The line as findings may show it: heads of sections, names of options and includes, a star for all else. */
function hideLine(line: string): string {
  if (/^\[[^=\]]*(?:=[^\]]*)?\]\s*$/.test(line) || line.startsWith('<') || line.trim() === '') return line;
  if (line.startsWith('!')) return `!${'*'.repeat(line.length - 1)}`;
  const shown = optionLine.exec(line)?.[0].length ?? 0;
  return line.slice(0, shown) + '*'.repeat(line.length - shown);
}

/** The file with its values hidden, every character in its place. */
function hideValues(source: SourceFile): SourceFile {
  const text = source.text
    .split('\n')
    .map((line) => (line.endsWith('\r') ? `${hideLine(line.slice(0, -1))}\r` : hideLine(line)))
    .join('\n');
  return { ...source, text };
}

function optionOf(name: string): OptionName | undefined {
  const folded = name.trim().toUpperCase();
  return options.find((one) => one === folded);
}

class Reader {
  readonly diagnostics = new DiagnosticList();
  readonly sections = new Map<string, Credentials>();
  readonly #places = new Map<string, Span>();
  /** Files as they are, by name. */
  readonly #originals = new Map<string, SourceFile>();
  #open: OpenSection | null = null;
  /** Whether what comes belongs to a section that is passed over. */
  #isPassedOver = false;

  read(source: SourceFile, readInclude: ReadInclude): void {
    const hide = (file: SourceFile): SourceFile => {
      this.#originals.set(file.name, file);
      return hideValues(file);
    };
    const lines = readLogicalLines(hide(source), (file, from) => {
      const included = readInclude(file, from);
      return included === undefined ? undefined : hide(included);
    });
    this.diagnostics.append(lines.diagnostics);
    for (const line of lines.value) if (line.kind === 'text') this.#line(line);
    this.#close();
  }

  #line(line: LogicalLine): void {
    const [, kind, name] = sectionLine.exec(line.text) ?? [];
    if (kind !== undefined) {
      this.#section(line, kind, name ?? '');
      return;
    }
    const head = line.text.startsWith('[') ? null : optionLine.exec(line.text);
    if (head === null) {
      const hint = 'write `[CLIENT_AUTH=name]`, or `USER=` or `PASSWORD=` before the value';
      this.#error(
        spanOfLine(line),
        'security/syntax',
        'this line is neither `[SECTION=name]` nor `OPTION=value`',
        hint,
      );
    } else if (!this.#isPassedOver) this.#option(line, head[1] ?? '', head[0].length);
  }

  #section(line: LogicalLine, kind: string, name: string): void {
    this.#close();
    const span = spanOfLine(line);
    if (kind.toUpperCase() !== 'CLIENT_AUTH') {
      this.#isPassedOver = true;
      const message = `sections \`${kind.toUpperCase()}\` are ignored`;
      const hint =
        'the `sasl` keywords and `auth` in pmdf.yaml set where AUTH is offered, `pmdf password` sets who may authenticate';
      this.diagnostics.push(warningAt(span, 'security/not-read', message, { hint }));
      return;
    }
    this.#isPassedOver = false;
    const folded = name.toUpperCase();
    const first = this.#places.get(folded);
    this.#open = { name: folded, span, values: new Map(), isBroken: false };
    if (folded === '') this.#error(span, 'security/syntax', 'the section has no name', '[CLIENT_AUTH=name]');
    else if (first !== undefined) {
      this.#open.isBroken = true;
      this.diagnostics.push(
        errorAt(span, 'security/twice', `there are two sections \`${folded}\``, {
          hint: 'keep one of them',
          related: [{ message: 'the first one', span: first }],
        }),
      );
    } else this.#places.set(folded, span);
  }

  #option(line: LogicalLine, written: string, start: number): void {
    const span = spanIn(line, 0, Math.max(1, start - 1));
    const name = optionOf(written);
    const section = this.#open;
    if (section === null) {
      const message = 'options before the first section are ignored';
      const hint = 'move the line below `[CLIENT_AUTH=name]`';
      this.diagnostics.push(warningAt(span, 'security/not-read', message, { hint }));
    } else if (name === undefined) {
      const meant = nearest(written.trim(), options);
      const hint =
        meant === undefined ? `the options are ${options.join(', ')}` : `did you mean \`${meant}\`?`;
      const message = `\`${written.trim()}\` is not an option of this section`;
      this.#error(span, 'security/option', message, hint);
    } else if (section.values.has(name)) {
      const message = `\`${name}\` appears twice in this section`;
      this.#error(span, 'security/twice', message, 'keep one of them');
    } else section.values.set(name, this.#valueOf(line, start));
  }

  /** The value itself, which the line does not hold. */
  #valueOf(line: LogicalLine, start: number): string {
    const { source, offset } = spanIn(line, start, 0);
    const { text } = this.#originals.get(source.name) ?? source;
    return text.slice(offset, offset + line.text.length - start).trim();
  }

  #error(
    span: Span,
    code: 'security/syntax' | 'security/option' | 'security/twice',
    message: string,
    hint: string,
  ): void {
    if (this.#open !== null) this.#open.isBroken = true;
    this.diagnostics.push(errorAt(span, code, message, { hint }));
  }

  #mechanisms(section: OpenSection): readonly SaslMechanism[] {
    const written = section.values.get('MECHANISMS');
    if (written === undefined) return saslMechanisms;
    const names = written.split(/[\s,]+/).filter((one) => one !== '');
    const known = saslMechanisms.filter((one) => names.some((name) => name.toUpperCase() === one));
    if (names.length > 0 && known.length === new Set(names.map((name) => name.toUpperCase())).size) {
      return names.flatMap((name) => known.find((one) => one === name.toUpperCase()) ?? []);
    }
    section.isBroken = true;
    const message = `\`MECHANISMS\` of \`${section.name}\` may name only ${saslMechanisms.join(', ')}`;
    const hint = 'write for example `MECHANISMS=PLAIN,LOGIN`';
    this.diagnostics.push(errorAt(section.span, 'security/mechanism', message, { hint }));
    return saslMechanisms;
  }

  #close(): void {
    const section = this.#open;
    this.#open = null;
    if (section === null) return;
    const mechanisms = this.#mechanisms(section);
    const user = section.values.get('USER') ?? '';
    const password = section.values.get('PASSWORD') ?? '';
    for (const [name, value] of [
      ['USER', user],
      ['PASSWORD', password],
    ] as const) {
      if (section.isBroken) return;
      // A NUL would end the field in a response of PLAIN. Ref: RFC 4616 2
      const trouble = value === '' ? 'has no' : value.includes('\0') ? 'has a NUL in its' : null;
      if (trouble === null) continue;
      const message = `the section \`${section.name}\` ${trouble} ${name}`;
      const hint = `write the line \`${name}=...\` below it`;
      this.diagnostics.push(errorAt(section.span, 'security/incomplete', message, { hint }));
      return;
    }
    this.sections.set(section.name, { user, password: new Secret(password), mechanisms });
  }
}

/** Parses security.cnf; a section with mistakes is left out. */
export function parseSecurity(source: SourceFile, readInclude: ReadInclude): Parsed<SecurityFile> {
  const reader = new Reader();
  reader.read(source, readInclude);
  return { value: reader.sections, diagnostics: reader.diagnostics.all };
}
