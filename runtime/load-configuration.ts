/*
 * Reads a whole configuration folder and compiles it: pmdf.yaml first, which names the other files.
 * All errors of all files come back together.
 */

import { statSync } from 'node:fs';
import {
  type DatabaseSetting,
  type FileSettings,
  type PolicySources,
  parseSettings,
} from '../lib/config/index.js';
import { type DatabaseName, databaseNames } from '../lib/engine/index.js';
import { type Checks, type CompiledPolicy, compileInSlices, type Policy } from '../lib/policy/index.js';
import {
  atOnce,
  type Diagnostic,
  DiagnosticList,
  errorAt,
  hasErrors,
  inReadingOrder,
  type Parsed,
  type ReadInclude,
  type Slices,
  type SourceFile,
  warningAt,
} from '../lib/text/index.js';
import { parseSecurity, type SecurityFile } from '../lib/tls/index.js';
import { readAuthorities } from './certificates/index.js';
import { type Database, emptyDatabase, type OpenDatabases } from './databases/index.js';
import {
  type FilesRead,
  findCutFiles,
  type KnownFiles,
  type ReadSource,
  SourceReader,
} from './files/index.js';

/** The name of the settings file in the configuration folder. */
export const settingsFile = 'pmdf.yaml';

/** A policy, the databases that it asks, and every path that was read or looked for. */
export interface Configuration {
  readonly policy: Policy;
  readonly compiled: CompiledPolicy;
  /** What it was compiled from. */
  readonly sources: PolicySources;
  /** pmdf.yaml; null when there is none. */
  readonly yaml: SourceFile | null;
  readonly databases: ReadonlyMap<DatabaseName, Database>;
}

/** How a configuration is loaded. */
export interface LoadOptions {
  /** With a policy in force, the files that it was made of. */
  readonly filesBefore?: FilesRead;
  /** Files in place of those that the settings name. */
  readonly otherFiles?: Partial<FileSettings>;
  /** What was read already. */
  readonly known?: KnownFiles;
  readonly checks?: Checks;
}

/** What was found in a folder; the paths are there even when nothing could be compiled. */
export interface LoadedConfiguration extends Parsed<Configuration | null> {
  readonly paths: ReadonlySet<string>;
  /** Those of them that were there, with what was read. */
  readonly filesRead: FilesRead;
  /** What came of every path that was read. */
  readonly outcomes: ReadonlyMap<string, ReadSource>;
}

/** What Messaging Server calls pmdf.cnf. */
const messagingServerFile = 'imta.cnf';

/** Where Messaging Server keeps a Unified Configuration, which is not read. */
const unifiedFile = 'config.xml';

const noFiles: FilesRead = new Map();

/** One loading of a configuration. */
interface Loading {
  readonly reader: SourceReader;
  /** Files of the policy in force: what it was made of must not vanish, least of all the tables that refuse. */
  readonly filesBefore: FilesRead;
  readonly diagnostics: DiagnosticList;
}

/** Reads a file that may be missing, unless it was there before; `shown` is how what is wrong with it is told. */
function readOptional(
  { reader, filesBefore, diagnostics }: Loading,
  written: string,
  shown: (one: Diagnostic) => Diagnostic = (one) => one,
): SourceFile | null {
  const outcome = reader.read(written);
  switch (outcome.kind) {
    case 'read':
      return outcome.source;
    case 'unreadable':
      diagnostics.push(shown(outcome.diagnostic));
      return null;
    case 'missing': {
      const path = reader.pathOf(written);
      if (!filesBefore.has(path)) return null;
      const names = reader.namesOf(path);
      const span = { source: { ...names, text: '' }, offset: 0, length: 0 };
      diagnostics.push(
        errorAt(
          span,
          'file/missing',
          `\`${names.name}\` is missing, and the policy in force was made from it`,
          {
            hint: 'put it back, or restart Haraka if it was removed on purpose',
          },
        ),
      );
      return null;
    }
  }
}

/**
 * The name of the file of rules and channels: as the settings say; where they say nothing and there is no pmdf.cnf,
 * imta.cnf. One of the two that the policy in force was made of counts, so that its loss is an error.
 */
function cnfFile({ reader, filesBefore }: Loading, written: string, isSaid: boolean): string {
  if (isSaid || filesBefore.has(reader.pathOf(written)) || !reader.isMissing(written)) return written;
  const isThere =
    filesBefore.has(reader.pathOf(messagingServerFile)) || !reader.isMissing(messagingServerFile);
  return isThere ? messagingServerFile : written;
}

/** A finding without its place: the file holds passwords, which no excerpt is to show. */
function withoutExcerpt(one: Diagnostic): Diagnostic {
  return { ...one, span: { source: { ...one.span.source, text: '' }, offset: 0, length: 0 } };
}

const readableByAll = 0o004;

/** Warns of a file with passwords that everybody may read. */
function checkMode({ reader, diagnostics }: Loading, written: string, { name, shortName }: SourceFile): void {
  const mode = statSync(reader.pathOf(written), { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & readableByAll) === 0) return;
  const span = { source: { name, shortName, text: '' }, offset: 0, length: 0 };
  const message = `everybody on this host may read the passwords in \`${name}\``;
  const hint = 'chmod 600, and chown it to the account of the server';
  diagnostics.push(warningAt(span, 'security/readable', message, { hint }));
}

/** Reads files that security.cnf includes. */
function secretIncludes(loading: Loading): ReadInclude {
  return (file) => {
    const outcome = loading.reader.read(file);
    if (outcome.kind === 'unreadable') loading.diagnostics.push(withoutExcerpt(outcome.diagnostic));
    if (outcome.kind !== 'read') return undefined;
    checkMode(loading, file, outcome.source);
    return outcome.source;
  };
}

/** Reads security.cnf, which may be missing. */
function readSecurity(loading: Loading, written: string): SecurityFile {
  const source = readOptional(loading, written, withoutExcerpt);
  if (source === null) return new Map();
  checkMode(loading, written, source);
  const { value, diagnostics } = parseSecurity(source, secretIncludes(loading));
  loading.diagnostics.append(diagnostics);
  return value;
}

/**
 * Opens a database; one that is missing and not required holds nothing. One that was there before and
 * vanished stays open, and answers that nobody can tell.
 */
function openDatabase(
  reader: SourceReader,
  open: OpenDatabases,
  setting: DatabaseSetting,
  diagnostics: DiagnosticList,
): Database | null {
  // A database that is there looks after its own file; one that is missing has the configuration read again
  // when it comes.
  const isMissing = reader.isMissing(setting.file);
  if (isMissing && !setting.required && !open.isOpen(setting.file)) return emptyDatabase;
  const opened = open.open(setting.file);
  diagnostics.append(opened.diagnostics);
  return opened.value;
}

function openAll(
  { reader, diagnostics }: Loading,
  open: OpenDatabases,
  settings: Readonly<Record<DatabaseName, DatabaseSetting | null>>,
): Map<DatabaseName, Database> {
  const databases = new Map<DatabaseName, Database>();
  for (const name of databaseNames) {
    const setting = settings[name];
    const database = setting === null ? null : openDatabase(reader, open, setting, diagnostics);
    if (database !== null) databases.set(name, database);
  }
  return databases;
}

/**
 * Loads the configuration in `folder` (config/pmdf); databases stay open in `open`.
 */
export function* loadInSlices(
  folder: string,
  open: OpenDatabases,
  { filesBefore = noFiles, otherFiles = {}, known, checks }: LoadOptions = {},
): Slices<LoadedConfiguration> {
  const reader = new SourceReader(folder, known);
  const diagnostics = new DiagnosticList();
  const loading: Loading = { reader, filesBefore, diagnostics };
  const yaml = readOptional(loading, settingsFile);
  const settings = parseSettings(yaml);
  diagnostics.append(settings.diagnostics);
  const isCnfSaid = otherFiles.cnf !== undefined || settings.value.places.has('files.cnf');
  const named = { ...settings.value.files, ...otherFiles };
  const files = { ...named, cnf: cnfFile(loading, named.cnf, isCnfSaid) };

  const authorities = readAuthorities(reader, settings.value);
  diagnostics.append(authorities.diagnostics);
  const sources: PolicySources = {
    settings: settings.value,
    cnf: readOptional(loading, files.cnf),
    mappings: readOptional(loading, files.mappings),
    aliases: readOptional(loading, files.aliases),
    credentials: readSecurity(loading, files.security),
    readInclude: reader.readInclude,
    authorities: authorities.value,
    cnfName: reader.namesOf(reader.pathOf(files.cnf)),
    hasUnifiedConfiguration: !reader.isMissing(unifiedFile),
  };
  const compiled = yield* compileInSlices(sources, checks);
  const isFileTold = diagnostics.all.some(({ span }) => span.source.name === sources.cnfName.name);
  diagnostics.append(
    compiled.diagnostics.filter(({ code }) => code !== 'policy/nothing-configured' || !isFileTold),
  );
  diagnostics.append(reader.diagnostics);
  diagnostics.append(findCutFiles(filesBefore, reader.filesRead));

  const databases = openAll(loading, open, settings.value.databases);
  const value =
    compiled.value === null || hasErrors(diagnostics.all)
      ? null
      : { policy: compiled.value.policy, compiled: compiled.value, sources, yaml, databases };
  return {
    value,
    diagnostics: inReadingOrder(diagnostics.all),
    paths: reader.paths,
    filesRead: reader.filesRead,
    outcomes: reader.outcomes,
  };
}

/** The same at once. */
export function loadConfiguration(
  folder: string,
  open: OpenDatabases,
  options: LoadOptions = {},
): LoadedConfiguration {
  return atOnce(loadInSlices(folder, open, options));
}
