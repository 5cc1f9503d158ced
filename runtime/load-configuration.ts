/*
 * Reads a configuration folder and compiles it: first pmdf.yaml, which names the other files. The errors of all
 * files are reported together.
 */

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
  placeOfFile,
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
  isOpenToAll,
  type KnownFiles,
  type ReadSource,
  SourceReader,
} from './files/index.js';

/** The name of the settings file in the configuration folder. */
export const settingsFile = 'pmdf.yaml';

/** A compiled configuration with its open databases. */
export interface Configuration {
  readonly policy: Policy;
  readonly compiled: CompiledPolicy;
  readonly sources: PolicySources;
  /** pmdf.yaml; null if there is none. */
  readonly yaml: SourceFile | null;
  readonly databases: ReadonlyMap<DatabaseName, Database>;
}

/** How a configuration is loaded. */
export interface LoadOptions {
  /** The files that the policy in force was made from. */
  readonly filesBefore?: FilesRead;
  /** Files to read in place of those that the settings name. */
  readonly otherFiles?: Partial<FileSettings>;
  /** Files that were read before. */
  readonly known?: KnownFiles;
  readonly checks?: Checks;
}

/** The result of loading a folder; the paths are known even if nothing could be compiled. */
export interface LoadedConfiguration extends Parsed<Configuration | null> {
  /** Every path that was read or looked for. */
  readonly paths: ReadonlySet<string>;
  readonly filesRead: FilesRead;
  /** The result for every path that was read. */
  readonly outcomes: ReadonlyMap<string, ReadSource>;
}

/** Messaging Server's name for pmdf.cnf. */
const messagingServerFile = 'imta.cnf';

/** The Unified Configuration of Messaging Server, which is not supported. */
const unifiedFile = 'config.xml';

const noFiles: FilesRead = new Map();

/** One load of a configuration. */
interface Loading {
  readonly reader: SourceReader;
  /** Files of the policy in force: none of them may vanish, least of all a table that rejects mail. */
  readonly filesBefore: FilesRead;
  readonly diagnostics: DiagnosticList;
}

/** Reads an optional file, which may not vanish, however; `shown` adapts a diagnostic about it. */
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
      const span = placeOfFile(names);
      diagnostics.push(
        errorAt(
          span,
          'file/missing',
          `\`${names.name}\` is missing, and the policy in force was made from it`,
          { hint: 'restore it, or restart Haraka if it was removed on purpose' },
        ),
      );
      return null;
    }
  }
}

/**
 * The name of the file of rules and channels: the one in the settings, by default pmdf.cnf, else imta.cnf. The
 * one that the policy in force was made from has precedence, so that its loss is an error.
 */
function cnfFile({ reader, filesBefore }: Loading, written: string, isSet: boolean): string {
  if (isSet || filesBefore.has(reader.pathOf(written)) || !reader.isMissing(written)) return written;
  const exists =
    filesBefore.has(reader.pathOf(messagingServerFile)) || !reader.isMissing(messagingServerFile);
  return exists ? messagingServerFile : written;
}

/** A diagnostic without an excerpt: the file holds passwords. */
function withoutExcerpt(one: Diagnostic): Diagnostic {
  return { ...one, span: placeOfFile(one.span.source) };
}

/** Warns of a file with passwords that every account can read. */
function checkMode({ reader, diagnostics }: Loading, written: string, source: SourceFile): void {
  if (!isOpenToAll(reader.pathOf(written))) return;
  const message = `every account on this host can read the passwords in \`${source.name}\``;
  const hint = 'chmod 600, and chown it to the account that Haraka runs as';
  diagnostics.push(warningAt(placeOfFile(source), 'security/readable', message, { hint }));
}

/** Reads the files that security.cnf includes. */
function secretIncludes(loading: Loading): ReadInclude {
  return (file) => {
    const outcome = loading.reader.read(file);
    if (outcome.kind === 'unreadable') loading.diagnostics.push(withoutExcerpt(outcome.diagnostic));
    if (outcome.kind !== 'read') return undefined;
    checkMode(loading, file, outcome.source);
    return outcome.source;
  };
}

/** Reads security.cnf, which is optional. */
function readSecurity(loading: Loading, written: string): SecurityFile {
  const source = readOptional(loading, written, withoutExcerpt);
  if (source === null) return new Map();
  checkMode(loading, written, source);
  const { value, diagnostics } = parseSecurity(source, secretIncludes(loading));
  loading.diagnostics.append(diagnostics);
  return value;
}

/**
 * Opens a database; an optional one that is missing is empty, but one that vanished stays open and answers
 * failed.
 */
function openDatabase(
  reader: SourceReader,
  open: OpenDatabases,
  setting: DatabaseSetting,
  diagnostics: DiagnosticList,
): Database | null {
  // A database watches its own file; a missing one is looked for, so that the configuration is reloaded when it appears.
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

/** Loads the configuration in `folder`, the path of config/pmdf, in slices; its databases are opened in `open`. */
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
  const isCnfSet = otherFiles.cnf !== undefined || settings.value.places.has('files.cnf');
  const named = { ...settings.value.files, ...otherFiles };
  const files = { ...named, cnf: cnfFile(loading, named.cnf, isCnfSet) };

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
  const isReported = diagnostics.all.some(({ span }) => span.source.name === sources.cnfName.name);
  diagnostics.append(
    compiled.diagnostics.filter(({ code }) => code !== 'policy/nothing-configured' || !isReported),
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

/** Loads the configuration at once. */
export function loadConfiguration(
  folder: string,
  open: OpenDatabases,
  options: LoadOptions = {},
): LoadedConfiguration {
  return atOnce(loadInSlices(folder, open, options));
}
