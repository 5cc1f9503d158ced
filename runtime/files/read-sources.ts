/*
 * The only reader of configuration files. It remembers every path that was read or looked for, so that the watch
 * knows which changes matter.
 */
import { isAscii } from 'node:buffer';
import { type Diagnostic, octetSource, type ReadInclude, type SourceFile } from '../../lib/text/index.js';
import type { FileRead, FilesRead } from './cut-files.js';
import { fileNames, resolveFileName } from './file-names.js';
import { type FileNames, type ReadSource, readText } from './read-text.js';
import { isMissing } from './regular-file.js';

/** The size limit of a configuration file, in octets. */
export const largestSource = 64 * 1024 * 1024;

/** A larger file is kept as octets, which a thread shares. */
const largestText = 64 * 1024;

function makeSource(names: FileNames, octets: Buffer): SourceFile {
  if (octets.length <= largestText || !isAscii(octets)) return { ...names, text: octets.toString('utf8') };
  const shared = new Uint8Array(new SharedArrayBuffer(octets.length));
  shared.set(octets);
  return octetSource(names, shared);
}

/**
 * Reads one configuration file; `name` is its path relative to the install, by default the short name. A file of more octets than
 * `largest` is unreadable.
 */
export function readSourceFile(
  path: string,
  shortName: string,
  name: string = shortName,
  largest: number = largestSource,
): ReadSource {
  return readText(path, { name, shortName }, largest, makeSource);
}

/** The result for a path that was read before; undefined to read it now. */
export type KnownFiles = (path: string, names: FileNames) => ReadSource | undefined;

/** Reads the files of one compilation. */
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

  /** Every path that was read or looked for. */
  get paths(): ReadonlySet<string> {
    return this.#paths;
  }

  /** The result for every path that was read. */
  get outcomes(): ReadonlyMap<string, ReadSource> {
    return this.#outcomes;
  }

  /** The files that were read. */
  get filesRead(): FilesRead {
    const files = new Map<string, FileRead>();
    for (const [path, outcome] of this.#outcomes) {
      if (outcome.kind === 'read') files.set(path, outcome);
    }
    return files;
  }

  /** Why included files could not be read; the includes themselves are reported by their parser. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  /** The path that a name in the configuration means. */
  pathOf(written: string): string {
    return resolveFileName(this.#folder, written);
  }

  /** The names of a file for messages. */
  namesOf(path: string): FileNames {
    return fileNames(this.#folder, path);
  }

  /** Whether a file is missing, without reading it; only a missing one counts as looked for. */
  isMissing(written: string): boolean {
    const path = this.pathOf(written);
    if (!isMissing(path)) return false;
    this.#paths.add(path);
    return true;
  }

  /** Reads a file by its name in the configuration. */
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
