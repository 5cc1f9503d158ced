/*
 * A policy compiled from pmdf.cnf as text, with mapping tables and settings.
 */

import { parseSettings } from '../../../lib/config/parse-settings.js';
import type { Settings } from '../../../lib/config/settings.js';
import { compilePolicy } from '../../../lib/policy/compile-policy.js';
import type { Policy } from '../../../lib/policy/policy.js';
import { formatDiagnostic } from '../../../lib/text/diagnostic.js';
import type { ReadInclude } from '../../../lib/text/logical-lines.js';
import type { SourceFile } from '../../../lib/text/source.js';
import { VectorProblem } from '../vector.js';

/** A policy as text; `mappings` is a whole mapping file, `aliases` a whole alias file. */
export interface PolicyText {
  readonly cnf: string;
  readonly mappings?: string;
  readonly aliases?: string;
  readonly settings?: Partial<Settings>;
  readonly readInclude?: ReadInclude;
  /** Option files by name. */
  readonly optionFiles?: ReadonlyMap<string, string>;
}

export function fileOf(name: string, text: string): SourceFile {
  return { name, shortName: name, text };
}

/** Compiles a policy; one with errors is a problem of the vector, since it cannot be used. */
export function policyOf({
  cnf,
  mappings,
  aliases,
  settings = {},
  readInclude,
  optionFiles,
}: PolicyText): Policy {
  const { value, diagnostics } = compilePolicy({
    settings: { ...parseSettings(null).value, ...settings },
    cnf: fileOf('pmdf.cnf', cnf),
    mappings: mappings === undefined ? null : fileOf('mappings', mappings),
    aliases: aliases === undefined ? null : fileOf('aliases', aliases),
    readInclude: readInclude ?? (() => undefined),
    readOptionFile: (name) => {
      const text = optionFiles?.get(name);
      return text === undefined ? null : fileOf(name, text);
    },
    cnfName: { name: 'pmdf.cnf', shortName: 'pmdf.cnf' },
  });
  if (value !== null) return value.policy;
  const errors = diagnostics.filter((one) => one.severity === 'error').map(formatDiagnostic);
  throw new VectorProblem(`the configuration has errors:\n${errors.join('\n')}`);
}

/** Writes tables as a mapping file. */
export function mappingFileText(tables: ReadonlyMap<string, readonly (readonly [string, string])[]>): string {
  const blocks = [...tables].map(([name, pairs]) =>
    [name, '', ...pairs.map((pair) => `  ${pair.join('  ')}`), ''].join('\n'),
  );
  return blocks.join('\n');
}
