/*
 * A database in a CDB file, read in place by any number of workers. `pmdf crdb` and `postmap cdb:` store keys in
 * lower case, so the folded key is looked up first; other tools store them unchanged, so the exact key is looked
 * up next. At a look-up, at most once a second, it checks whether the file was replaced, and opens the new one.
 * Recent answers from a file that is not in memory are kept until then. A file that is missing, truncated or damaged
 * answers `failed`, never `absent`.
 */
import {
  absent,
  failed,
  foldKey,
  found,
  type LookupAnswer,
  type ValuesAnswer,
} from '../../lib/engine/index.js';
import {
  type Diagnostic,
  type DiagnosticCode,
  errorAt,
  type Parsed,
  spanOfFile,
} from '../../lib/text/index.js';
import { type FileNames, fileMark } from '../files/index.js';
import { AnswerCache } from './answer-cache.js';
import { type CdbFile, type OpenedCdb, openCdbFile } from './cdb-file.js';
import { type DatabaseOptions, type EmbeddedDatabase, freshnessInterval } from './database.js';

type OpenFile = Extract<OpenedCdb, { kind: 'open' }>;
type Trouble = Exclude<OpenedCdb, OpenFile>;

function codeOf(kind: Trouble['kind']): DiagnosticCode {
  switch (kind) {
    case 'missing':
    case 'unreadable':
      return 'file/missing';
    case 'not-a-file':
      return 'file/not-a-file';
    case 'damaged':
      return 'database/damaged';
  }
}

/** Says why a CDB file cannot be used. */
export function diagnoseCdb(names: FileNames, trouble: Trouble): Diagnostic {
  const span = spanOfFile(names);
  const message = `the database \`${names.name}\` cannot be used: ${trouble.cause}`;
  return errorAt(span, codeOf(trouble.kind), message, { hint: 'create it with `pmdf crdb`' });
}

// Holds the octets of one key at a time. A UTF-16 unit has at most three.
const octets = Buffer.allocUnsafe(3 * 1024);

function memoryFor({ memory }: DatabaseOptions): number {
  return memory === undefined ? 0 : memory();
}

class CdbReader implements EmbeddedDatabase {
  readonly #path: string;
  readonly #names: FileNames;
  readonly #options: DatabaseOptions;
  #file: CdbFile | null;
  #mark: string | null;
  /** How much of the file may be kept in memory, in octets. */
  #memory: number;
  readonly #recent = new AnswerCache();
  #trouble = '';
  #checked: number;

  constructor(
    path: string,
    names: FileNames,
    options: DatabaseOptions,
    { file, mark, memory }: OpenFile & { memory: number },
  ) {
    this.#path = path;
    this.#names = names;
    this.#options = options;
    this.#file = file;
    this.#mark = mark;
    this.#memory = memory;
    this.#checked = options.clock.now();
  }

  get(key: string): LookupAnswer {
    this.#follow();
    const file = this.#file;
    if (file === null) return failed(this.#trouble);
    if (!file.readsRecords) return this.#askBoth(file, key);
    const known = this.#recent.get(key);
    if (known !== undefined) return known;
    const answer = this.#askBoth(file, key);
    if (answer.kind === 'found') this.#recent.keep(key, answer);
    return answer;
  }

  values(key: string, most: number): ValuesAnswer {
    this.#follow();
    const file = this.#file;
    if (file === null) return failed(this.#trouble);
    const folded = foldKey(key);
    const answer = this.#askAll(file, folded, most);
    return answer.kind === 'absent' && folded !== key ? this.#askAll(file, key, most) : answer;
  }

  #follow(): void {
    const now = this.#options.clock.now();
    if (now - this.#checked < freshnessInterval) return;
    this.#checked = now;
    this.#check();
  }

  #askAll(file: CdbFile, key: string, most: number): ValuesAnswer {
    const answer = file.findAll(Buffer.from(key, 'utf8'), most);
    return answer.kind === 'damaged' ? this.#damage(answer.cause) : answer;
  }

  #damage(cause: string): Extract<LookupAnswer, { kind: 'failed' }> {
    return failed(`the database \`${this.#names.name}\` is damaged: ${cause}`);
  }

  close(): void {
    this.#checked = Number.POSITIVE_INFINITY;
    this.#drop(`the database \`${this.#names.name}\` is closed`);
  }

  #askBoth(file: CdbFile, key: string): LookupAnswer {
    const folded = foldKey(key);
    const answer = this.#ask(file, folded);
    return answer.kind === 'absent' && folded !== key ? this.#ask(file, key) : answer;
  }

  #ask(file: CdbFile, key: string): LookupAnswer {
    const answer =
      key.length * 3 > octets.length
        ? file.find(Buffer.from(key, 'utf8'))
        : file.find(octets, octets.write(key));
    switch (answer.kind) {
      case 'found':
        return found(answer.value);
      case 'absent':
        return absent;
      case 'damaged':
        return this.#damage(answer.cause);
    }
  }

  #drop(trouble: string): void {
    this.#file?.close();
    this.#file = null;
    this.#recent.clear();
    this.#trouble = trouble;
  }

  #check(): void {
    const mark = fileMark(this.#path);
    const memory = memoryFor(this.#options);
    if (mark !== null && mark === this.#mark && memory === this.#memory) return;
    this.#memory = memory;
    const opened = openCdbFile(this.#path, memory);
    if (opened.kind === 'open') {
      this.#drop('');
      this.#file = opened.file;
      this.#mark = opened.mark;
      return;
    }
    const diagnostic = diagnoseCdb(this.#names, opened);
    const isNews = this.#file !== null || this.#trouble !== diagnostic.message;
    this.#drop(diagnostic.message);
    // A damaged file stays damaged until it changes; any other failure may pass.
    this.#mark = opened.kind === 'damaged' ? mark : null;
    if (isNews) this.#options.report([diagnostic]);
  }
}

/** Opens a CDB file as a database; null if it is missing, unreadable or damaged. */
export function openCdb(
  path: string,
  names: FileNames,
  options: DatabaseOptions,
): Parsed<EmbeddedDatabase | null> {
  const memory = memoryFor(options);
  const opened = openCdbFile(path, memory);
  if (opened.kind !== 'open') return { value: null, diagnostics: [diagnoseCdb(names, opened)] };
  return { value: new CdbReader(path, names, options, { ...opened, memory }), diagnostics: [] };
}
