/*
 * Reads a configuration folder and compiles it: first pmdf.yaml, which names the other files. The errors of all
 * files are reported together.
 */
import {
  type FileDatabase,
  type FileSettings,
  type PolicySources,
  parseSettings,
  readLogOptions,
  readOptions,
  type Settings,
  type SettingsFile,
  withLdapOptions,
} from '../lib/config/index.js';
import { type DatabaseName, databaseNames } from '../lib/engine/index.js';
import { tablesOf } from '../lib/mapping/index.js';
import { type Checks, type CompiledPolicy, compileInSlices, type Policy } from '../lib/policy/index.js';
import {
  atOnce,
  hasErrors,
  inReadingOrder,
  type Parsed,
  type Slices,
  type SourceFile,
} from '../lib/text/index.js';
import { readAuthorities } from './certificates/index.js';
import type { SharedCounters } from './counters/index.js';
import { type AnswerSources, type Database, emptyDatabase, type OpenDatabases } from './databases/index.js';
import { type FilesRead, findCutFiles, type KnownFiles, type ReadSource } from './files/index.js';
import { openDirectories } from './open-directories.js';
import {
  openCounters,
  openCounts,
  openInStore,
  openPasswords,
  openSearches,
  type Pools,
} from './open-in-stores.js';
import { OptionalFiles } from './optional-files.js';
import type { PasswordSource } from './passwords/index.js';
import { policyHash } from './policy-hash.js';
import { checkRoutines, type RoutineSource } from './routines/index.js';
import {
  checkPolicyInstall,
  checkSearchInstall,
  checkStoreInstall,
  type OpenStores,
  type SharedCounts,
  type StorePool,
} from './stores/index.js';

/** The name of the settings file in the configuration folder. */
export const settingsFile = 'pmdf.yaml';

/** A compiled configuration with its open databases. */
export interface Configuration extends AnswerSources {
  readonly policy: Policy;
  readonly compiled: CompiledPolicy;
  readonly sources: PolicySources;
  /** Tells whether two hosts have the same policy, see `policyHash`. */
  readonly hash: string;
  /** pmdf.yaml; null if there is none. */
  readonly yaml: SourceFile | null;
  /** The option file; null if there is none. */
  readonly optionFile: SourceFile | null;
  /** Where failed logins are counted; null if each process counts on its own. */
  readonly failureCounts: SharedCounts | null;
  /** Where routines count; null if each gateway counts on its own. */
  readonly sharedCounters: SharedCounters | null;
  /** The password database in a store; null if the settings name none, or nothing may connect. */
  readonly passwords: PasswordSource | null;
  /** The files with functions of the site, by the names of their images. */
  readonly routines: ReadonlyMap<string, RoutineSource>;
  /** The stores that its databases are in. */
  readonly pools: ReadonlySet<StorePool>;
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
  /** Where stores are opened; without it, databases on servers are not asked. */
  readonly stores?: OpenStores;
  /** Whether the package of a client is installed; by default it is looked for. */
  readonly installed?: (name: string) => boolean;
}

/** The result of loading a folder; the paths are known even if nothing could be compiled. */
export interface LoadedConfiguration extends Parsed<Configuration | null> {
  /** Every path that was read or looked for. */
  readonly paths: ReadonlySet<string>;
  readonly filesRead: FilesRead;
  /** The result for every path that was read. */
  readonly outcomes: ReadonlyMap<string, ReadSource>;
}

/** The Unified Configuration of Messaging Server, which is not supported. */
const unifiedFile = 'config.xml';

const octetsPerMegabyte = 1 << 20;

const noFiles: FilesRead = new Map();

/**
 * Opens a database; an optional one that is missing is empty, but one that vanished stays open and answers
 * failed.
 */
function openFile(
  { reader, diagnostics }: OptionalFiles,
  open: OpenDatabases,
  setting: FileDatabase,
): Database | null {
  // A database watches its own file. A missing one is looked for, so that it causes a reload when it appears.
  const isMissing = reader.isMissing(setting.file);
  if (isMissing && !setting.required && !open.isOpen(setting.file)) return emptyDatabase;
  const opened = open.open(setting.file);
  diagnostics.append(opened.diagnostics);
  return opened.value;
}

function openAll(
  files: OptionalFiles,
  open: OpenDatabases,
  pools: Pools,
  settings: Settings,
): Map<DatabaseName, Database> {
  open.memory = settings.limits.databaseMemory * octetsPerMegabyte;
  const databases = new Map<DatabaseName, Database>();
  for (const name of databaseNames) {
    const setting = settings.databases[name];
    if (setting === null) continue;
    const database =
      setting.kind === 'file' ? openFile(files, open, setting) : openInStore(pools, settings, name, setting);
    if (database !== null) databases.set(name, database);
  }
  return databases;
}

/** Adds what the option file says to the settings. */
function withOptions(files: OptionalFiles, settings: SettingsFile, source: SourceFile | null): SettingsFile {
  if (source === null) return settings;
  const options = readOptions(source);
  const { value, diagnostics } = withLdapOptions(settings, options.value);
  const log = readLogOptions(options.value);
  files.diagnostics.append(options.diagnostics);
  files.diagnostics.append(diagnostics);
  files.diagnostics.append(log.diagnostics);
  return { ...value, logOptions: log.value };
}

/** Reads the files with functions of the site. */
function readRoutines(files: OptionalFiles, settings: SettingsFile): ReadonlyMap<string, RoutineSource> {
  const sources = new Map<string, RoutineSource>();
  for (const [image, written] of settings.routines) {
    const source = files.routine(written, settings.places.get(`routines.${image}`));
    if (source !== null) sources.set(image, { path: files.reader.pathOf(written), source });
  }
  return sources;
}

/** Loads the configuration in `folder`, the path of config/pmdf, in slices; its databases are opened in `open`. */
export function* loadInSlices(
  folder: string,
  open: OpenDatabases,
  { filesBefore = noFiles, otherFiles = {}, known, checks, stores, installed }: LoadOptions = {},
): Slices<LoadedConfiguration> {
  const files = new OptionalFiles(folder, filesBefore, known);
  const { reader, diagnostics } = files;
  const yaml = files.read(settingsFile);
  const written = parseSettings(yaml);
  diagnostics.append(written.diagnostics);
  const isCnfSet = otherFiles.cnf !== undefined || written.value.places.has('files.cnf');
  const names = { ...written.value.files, ...otherFiles };
  const optionFile = files.read(names.options);
  const settings = withOptions(files, written.value, optionFile);
  const cnf = files.cnfName(names.cnf, isCnfSet);

  const authorities = readAuthorities(reader, settings);
  diagnostics.append(authorities.diagnostics);
  const sources: PolicySources = {
    settings: settings,
    cnf: files.read(cnf),
    mappings: files.read(names.mappings),
    aliases: files.read(names.aliases),
    credentials: files.security(names.security),
    readInclude: reader.readInclude,
    readNoticeText: (file) => files.noticeText(file),
    readOptionFile: (file) => files.read(file),
    authorities: authorities.value,
    cnfName: reader.namesOf(reader.pathOf(cnf)),
    hasUnifiedConfiguration: !reader.isMissing(unifiedFile),
  };
  const routines = readRoutines(files, settings);
  const compiled = yield* compileInSlices(sources, checks);
  const isReported = diagnostics.all.some(({ span }) => span.source.name === sources.cnfName.name);
  diagnostics.append(
    compiled.diagnostics.filter(({ code }) => code !== 'policy/nothing-configured' || !isReported),
  );
  diagnostics.append(reader.diagnostics);
  yield;
  if (checks !== 'made before') {
    diagnostics.append(findCutFiles(filesBefore, reader.filesRead));
    diagnostics.append(checkStoreInstall(settings, reader, installed));
    const policy = compiled.value?.policy ?? null;
    if (policy !== null) diagnostics.append(checkSearchInstall(settings, policy, installed));
    diagnostics.append(
      checkRoutines(routines, compiled.value === null ? [] : tablesOf(compiled.value.mappings)),
    );
    if (policy !== null) diagnostics.append(checkPolicyInstall(policy, installed));
  }

  yield;
  const pools: Pools = { open: stores ?? null, used: new Set() };
  const databases = openAll(files, open, pools, settings);
  const directories = openDirectories({ files, open, pools, settings }, compiled.directories);
  const value =
    compiled.value === null || hasErrors(diagnostics.all)
      ? null
      : {
          policy: compiled.value.policy,
          compiled: compiled.value,
          sources,
          hash: policyHash(reader.outcomes, files.secretPaths),
          yaml,
          optionFile,
          databases,
          directories,
          failureCounts: openCounts(pools, settings),
          sharedCounters: openCounters(pools, settings),
          passwords: openPasswords(pools, settings),
          searches: openSearches(pools, compiled.value.policy, settings),
          routines,
          pools: pools.used,
        };
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
