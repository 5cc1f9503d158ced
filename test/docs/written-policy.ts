/*
 * The configuration in a page, compiled. Files that a page does not show come from the samples in config/.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSettings } from '../../lib/config/parse-settings.js';
import type { SettingsFile } from '../../lib/config/settings.js';
import type { Environment } from '../../lib/engine/environment.js';
import {
  absent,
  driveNow,
  found,
  type Lookup,
  type LookupRequest,
  type ValuesAnswer,
} from '../../lib/engine/lookup.js';
import { compilePolicy } from '../../lib/policy/compile-policy.js';
import type { Policy } from '../../lib/policy/policy.js';
import { type Diagnostic, formatDiagnostic } from '../../lib/text/diagnostic.js';
import type { SourceFile } from '../../lib/text/source.js';
import { parseSecurity } from '../../lib/tls/security-cnf.js';
import { type Entries, parseDatabase } from '../../runtime/databases/parse-database.js';
import { makeEnvironment } from '../../runtime/decide.js';
import { projectRoot } from '../support/project-root.js';

function sample(name: string): string {
  return readFileSync(join(projectRoot, 'config', name), 'utf8');
}

/** The channel blocks of the sample, to complete a page that shows rules alone. */
const sampleChannels = sample('pmdf.cnf').slice(sample('pmdf.cnf').indexOf('\n\n') + 1);

function sourceOf(name: string, text: string): SourceFile {
  return { name: `config/pmdf/${name}`, shortName: name, text };
}

interface Compiled {
  readonly settings: SettingsFile;
  readonly policy: Policy | null;
  readonly general: Entries;
  readonly diagnostics: readonly Diagnostic[];
}

/** The files of a configuration, by name. */
export class WrittenPolicy {
  #files = new Map<string, string>();
  #compiled: Compiled | undefined;

  /** Adds a file of a page; a new pmdf.cnf, or rules alone, begins a new configuration. */
  add(kind: string, text: string): void {
    this.#compiled = undefined;
    if (kind === 'rules') this.#files = new Map([['pmdf.cnf', `${text}${sampleChannels}`]]);
    else if (kind === 'pmdf.cnf') this.#files = new Map([[kind, text]]);
    else this.#files.set(kind, text);
  }

  /** Its files, as in an install. */
  files(): ReadonlyMap<string, string> {
    const { settings } = this.#compile();
    const fromSamples = settings.channelBlocks.length > 0 ? [] : ['pmdf.cnf', 'mappings', 'general.txt'];
    return new Map([...fromSamples.map((name) => [name, this.#text(name)] as const), ...this.#files]);
  }

  #text(name: string): string {
    return this.#files.get(name) ?? sample(name);
  }

  #compile(): Compiled {
    if (this.#compiled !== undefined) return this.#compiled;
    const settings = parseSettings(sourceOf('pmdf.yaml', this.#files.get('pmdf.yaml') ?? ''));
    const inYaml = settings.value.channelBlocks.length > 0;
    const security = parseSecurity(
      sourceOf('security.cnf', this.#files.get('security.cnf') ?? ''),
      () => undefined,
    );
    const compiled = compilePolicy({
      settings: settings.value,
      cnf: inYaml ? null : sourceOf('pmdf.cnf', this.#text('pmdf.cnf')),
      mappings: inYaml ? null : sourceOf('mappings', this.#text('mappings')),
      aliases: this.#files.has('aliases') ? sourceOf('aliases', this.#text('aliases')) : null,
      credentials: security.value,
      readInclude: () => undefined,
      readOptionFile: (name) => {
        const text = this.#files.get(name);
        return text === undefined ? null : sourceOf(name, text);
      },
      cnfName: { name: 'pmdf.cnf', shortName: 'pmdf.cnf' },
    });
    const general = parseDatabase(sourceOf('general.txt', this.#text('general.txt')));
    this.#compiled = {
      settings: settings.value,
      policy: compiled.value?.policy ?? null,
      general: general.value,
      diagnostics: [
        ...settings.diagnostics,
        ...security.diagnostics,
        ...compiled.diagnostics,
        ...general.diagnostics,
      ],
    };
    return this.#compiled;
  }

  /** Its diagnostics as printed. */
  complaints(): readonly string[] {
    return this.#compile().diagnostics.map(formatDiagnostic);
  }

  get policy(): Policy {
    const { policy } = this.#compile();
    if (policy === null) throw new Error(this.complaints().join('\n'));
    return policy;
  }

  /** The values of a key in a directory of the page. */
  #inDirectory(domain: string, key: string): ValuesAnswer {
    const name = `directories/${domain}.txt`;
    const others = new Map<string, string[]>();
    const { value } = parseDatabase(sourceOf(name, this.#text(name)), { keep: others });
    const first = value.get(key.toLowerCase());
    if (first === undefined) return absent;
    return { kind: 'values', values: [first, ...(others.get(key.toLowerCase()) ?? [])] };
  }

  /** Runs a computation with the general database of the page. */
  run<T>(work: (environment: Environment) => Lookup<T>): T {
    const { general } = this.#compile();
    const environment = makeEnvironment(this.policy.settings.limits.steps);
    return driveNow(work(environment), (request: LookupRequest) => {
      if (request.kind === 'directory') return this.#inDirectory(request.domain, request.key);
      const isGeneral = request.kind === 'database' && request.database === 'general';
      const value = isGeneral ? general.get(request.key.toLowerCase()) : undefined;
      return value === undefined ? absent : found(value);
    });
  }
}
