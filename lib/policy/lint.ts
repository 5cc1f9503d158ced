/*
 * Looks through a compiled policy for what is right by the language but most likely not meant. Everything here is a
 * warning. Questions to the rules are asked as the gateway would ask them, each with an environment of its own.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Environment } from '../lookup/environment.js';
import type { Lookup } from '../lookup/lookup.js';
import type { CompiledPolicy } from './compile-policy.js';
import { lintDomains } from './lint-domains.js';
import { lintRelaying } from './lint-relaying.js';

/** Looks through a policy; never throws. */
export function* lintPolicy(
  compiled: CompiledPolicy,
  newEnvironment: () => Environment,
): Lookup<readonly Diagnostic[]> {
  const relaying = yield* lintRelaying(compiled, newEnvironment);
  const domains = yield* lintDomains(compiled, newEnvironment);
  return [...relaying, ...domains];
}
