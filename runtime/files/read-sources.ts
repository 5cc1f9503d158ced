/*
 * The only reader of configuration files. It remembers every path it was asked for, the missing ones too,
 * so that the watch knows what a change would concern.
 */
import type { Diagnostic, ReadInclude } from '../../lib/text/index.js';
import type { FileRead, FilesRead } from './cut-files.js';
import { fileNames, resolveFileName } from './file-names.js';
import { type FileNames, type ReadSource, readText } from './read-text.js';
import { isMissing } from './regular-file.js';

/** The largest configuration file that is read, in octets. */
export const largestSource = 64 * 1024 * 1024;

/**
 * Reads one configuration file; `name` is its path against the install, the short name when it is not
 * given.
 */
export function readSourceFile(path: string, shortName: string, name: string = shortName): ReadSource {
  return readText(path, { name, shortName }, largestSource);
}

/** What was read already under a path; undefined where it is to be read. */
export type KnownFiles = (path: string, names: FileNames) => ReadSource | undefined;

/** Reads the files of one compilation from a folder `config/pmdf`. */
export class SourceReader {
  readonly #folder: string;
  readonly #paths = new Set<string>();
  readonly #outcomes = new Map<string, ReadSource>();
  readonly #known: KnownFiles;
  readonly #diagnostics: Diagnostic[] = [];

  /** `folder` is the path of config/pmdf. */
  constructor(folder: string, known: KnownFiles = () => undefined) {
    this.#folder = folder;
    this.#known = known;
  }

  /** Every path that was asked for, read or not. */
  get paths(): ReadonlySet<string> {
    return this.#paths;
  }

  /** What came of every path that was read. */
  get outcomes(): ReadonlyMap<string, ReadSource> {
    return this.#outcomes;
  }

  /** The files that were there and were read. */
  get filesRead(): FilesRead {
    const files = new Map<string, FileRead>();
    for (const [path, outcome] of this.#outcomes) {
      if (outcome.kind === 'read') files.set(path, outcome);
    }
    return files;
  }

  /**
   * Why included files that do exist could not be read; the include itself is reported by who asked for it.
   */
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  /** The path that a name in the configuration means. */
  pathOf(written: string): string {
    return resolveFileName(this.#folder, written);
  }

  /** How a file is called before people. */
  namesOf(path: string): FileNames {
    return fileNames(this.#folder, path);
  }

  /** Tells whether a file is missing, without reading it; it counts as looked for only then. */
  isMissing(written: string): boolean {
    const path = this.pathOf(written);
    if (!isMissing(path)) return false;
    this.#paths.add(path);
    return true;
  }

  /** Reads a file by its name as the configuration writes it. */
  read(written: string): ReadSource {
    const path = this.pathOf(written);
    this.#paths.add(path);
    const { name, shortName } = this.namesOf(path);
    const outcome = this.#known(path, { name, shortName }) ?? readSourceFile(path, shortName, name);
    this.#outcomes.set(path, outcome);
    return outcome;
  }

  /** Reads an included file; undefined when it cannot be read. */
  readonly readInclude: ReadInclude = (file) => {
    const outcome = this.read(file);
    if (outcome.kind === 'read') return outcome.source;
    if (outcome.kind === 'unreadable') this.#diagnostics.push(outcome.diagnostic);
    return undefined;
  };
}
