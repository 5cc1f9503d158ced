/*
 * The files of one load of a configuration. Each is optional, but none may vanish while a policy that was made
 * from it is in force, least of all a table that rejects mail.
 */
import {
  type Diagnostic,
  DiagnosticList,
  errorAt,
  type SourceFile,
  type Span,
  spanOfFile,
  warningAt,
} from '../lib/text/index.js';
import { parseSecurity, type SecurityFile } from '../lib/tls/index.js';
import { type FilesRead, isOpenToAll, type KnownFiles, SourceReader } from './files/index.js';

/** Messaging Server's name for pmdf.cnf. */
const messagingServerFile = 'imta.cnf';

/** A diagnostic without an excerpt, for a file with passwords. */
function withoutExcerpt(one: Diagnostic): Diagnostic {
  return { ...one, span: spanOfFile(one.span.source) };
}

export class OptionalFiles {
  readonly reader: SourceReader;
  readonly diagnostics = new DiagnosticList();
  /** The paths of files with passwords. */
  readonly secretPaths = new Set<string>();
  /** The files of the policy in force. */
  readonly #before: FilesRead;

  /** `folder` is the path of config/pmdf. */
  constructor(folder: string, before: FilesRead, known?: KnownFiles) {
    this.reader = new SourceReader(folder, known);
    this.#before = before;
  }

  /** Reads a file by its name in the configuration; `shown` adapts a diagnostic about it. */
  read(written: string, shown: (one: Diagnostic) => Diagnostic = (one) => one): SourceFile | null {
    const outcome = this.reader.read(written);
    if (outcome.kind === 'read') return outcome.source;
    if (outcome.kind === 'unreadable') this.diagnostics.push(shown(outcome.diagnostic));
    else this.#checkVanished(written);
    return null;
  }

  /**
   * The name of the file of rules and channels: the one in the settings, by default pmdf.cnf, else imta.cnf. The
   * one that the policy in force was made from has precedence, so that its loss is an error.
   */
  cnfName(written: string, isSet: boolean): string {
    const exists = (name: string): boolean => this.#isUsed(name) || !this.reader.isMissing(name);
    if (isSet || exists(written)) return written;
    return exists(messagingServerFile) ? messagingServerFile : written;
  }

  /** Reads security.cnf and what it includes. */
  security(written: string): SecurityFile {
    this.secretPaths.add(this.reader.pathOf(written));
    const source = this.read(written, withoutExcerpt);
    if (source === null) return new Map();
    this.#checkMode(written, source);
    const { value, diagnostics } = parseSecurity(source, (file) => {
      this.secretPaths.add(this.reader.pathOf(file));
      const outcome = this.reader.read(file);
      if (outcome.kind === 'unreadable') this.diagnostics.push(withoutExcerpt(outcome.diagnostic));
      if (outcome.kind !== 'read') return undefined;
      this.#checkMode(file, outcome.source);
      return outcome.source;
    });
    this.diagnostics.append(diagnostics);
    return value;
  }

  /** Reads a file that the settings name at `place`; a missing one is an error. */
  routine(written: string, place: Span | undefined): SourceFile | null {
    const source = this.read(written);
    if (source !== null || !this.reader.isMissing(written)) return source;
    const names = this.reader.namesOf(this.reader.pathOf(written));
    const message = `there is no file \`${names.name}\``;
    if (!this.#isUsed(written))
      this.diagnostics.push(errorAt(place ?? spanOfFile(names), 'file/missing', message));
    return null;
  }

  /** Reads a text of notices. One that cannot be read is reported and not used; one that vanishes is no longer used. */
  noticeText(written: string): SourceFile | null {
    const outcome = this.reader.read(written);
    if (outcome.kind === 'unreadable') this.diagnostics.push({ ...outcome.diagnostic, severity: 'warning' });
    return outcome.kind === 'read' ? outcome.source : null;
  }

  #isUsed(written: string): boolean {
    return this.#before.has(this.reader.pathOf(written));
  }

  #checkVanished(written: string): void {
    if (!this.#isUsed(written)) return;
    const names = this.reader.namesOf(this.reader.pathOf(written));
    const message = `\`${names.name}\` is missing, and the policy in force was made from it`;
    const hint = 'restore it, or restart Haraka if it was removed on purpose';
    this.diagnostics.push(errorAt(spanOfFile(names), 'file/missing', message, { hint }));
  }

  /** Warns of a file with passwords that every account can read. */
  #checkMode(written: string, source: SourceFile): void {
    if (!isOpenToAll(this.reader.pathOf(written))) return;
    const message = `every account on this host can read the passwords in \`${source.name}\``;
    const hint = 'chmod 600, and chown it to the account that Haraka runs as';
    this.diagnostics.push(warningAt(spanOfFile(source), 'security/readable', message, { hint }));
  }
}
