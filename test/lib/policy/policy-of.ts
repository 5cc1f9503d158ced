/*
 * A policy from text, for tests: pmdf.cnf, mappings and pmdf.yaml, each optional.
 */
import assert from 'node:assert/strict';
import { parseSettings } from '../../../lib/config/parse-settings.js';
import { type Environment, StepBudget } from '../../../lib/engine/environment.js';
import { type CompiledPolicy, compilePolicy } from '../../../lib/policy/compile-policy.js';
import { formatDiagnostic } from '../../../lib/text/diagnostic.js';
import type { SourceFile } from '../../../lib/text/source.js';

/** The files of a policy. */
export interface PolicyText {
  /** Null if pmdf.yaml has the channels. */
  readonly cnf: string | null;
  readonly mappings?: string;
  readonly yaml?: string;
  readonly aliases?: string;
  /** Files that others include, by name. */
  readonly included?: Readonly<Record<string, string>>;
  /** Option files of channels, by name. */
  readonly options?: Readonly<Record<string, string>>;
}

function source(name: string, text: string | null | undefined): SourceFile | null {
  return text === undefined || text === null ? null : { name, shortName: name, text };
}

/** Compiles a policy; fails the test when it has errors. */
export function policyOf({
  cnf,
  mappings,
  yaml,
  aliases,
  included = {},
  options = {},
}: PolicyText): CompiledPolicy {
  const settings = parseSettings(source('pmdf.yaml', yaml));
  const compiled = compilePolicy({
    settings: settings.value,
    cnf: source('pmdf.cnf', cnf),
    mappings: source('mappings', mappings),
    aliases: source('aliases', aliases),
    readInclude: (name) => source(name, included[name]) ?? undefined,
    readOptionFile: (name) => source(name, options[name]),
    cnfName: { name: 'pmdf.cnf', shortName: 'pmdf.cnf' },
  });
  const diagnostics = [...settings.diagnostics, ...compiled.diagnostics];
  assert.ok(compiled.value !== null, diagnostics.map(formatDiagnostic).join('\n'));
  return compiled.value;
}

/** An environment without random numbers. */
export function plainEnvironment(steps = 100_000): Environment {
  return { random: () => 0, uniqueString: () => 'unique', budget: new StepBudget(steps) };
}
