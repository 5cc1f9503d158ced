/*
 * Looks through a compiled policy for what is right by the language but most likely not meant. Everything here is a
 * warning, but for an open relay that is not allowed. Questions to the rules are asked as the gateway would ask them,
 * each with an environment of its own.
 */
import type { Environment, Lookup } from '../engine/index.js';
import type { CompiledPolicy } from '../policy/index.js';
import type { Diagnostic } from '../text/index.js';
import { lintAliasNames } from './alias-names.js';
import type { DatabaseEntry } from './database-entries.js';
import { lintDomains } from './lint-domains.js';
import { lintOpenRelay } from './lint-open-relay.js';
import { lintRelaying } from './lint-relaying.js';
import { lintNobodyInside } from './nobody-inside.js';
import { refuseOpenRelay } from './refuse-open-relay.js';
import { lintRefusedForwards } from './refused-forwards.js';

/** Keeps the first of several findings that a place could not be asked about: they have one cause. */
function withoutRepetition(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const places = new Set<string>();
  return diagnostics.filter(({ code, span }) => {
    if (code !== 'lint/undecided') return true;
    const place = `${span.source.name}:${span.offset}`;
    if (places.has(place)) return false;
    places.add(place);
    return true;
  });
}

/** Looks through a policy; `databaseEntries` goes through its text databases. Never throws. */
export function* lintPolicy(
  compiled: CompiledPolicy,
  newEnvironment: () => Environment,
  databaseEntries: () => Iterable<DatabaseEntry> = () => [],
): Lookup<readonly Diagnostic[]> {
  const openRelay = yield* lintOpenRelay(compiled.policy, newEnvironment);
  const relaying = yield* lintRelaying(compiled, newEnvironment);
  const domains = yield* lintDomains(compiled, newEnvironment);
  const nobody = yield* lintNobodyInside(compiled, newEnvironment);
  const forwards = yield* lintRefusedForwards(compiled, databaseEntries(), newEnvironment);
  const aliasNames = yield* lintAliasNames(compiled, newEnvironment);
  return withoutRepetition([
    ...refuseOpenRelay(compiled.policy, openRelay),
    ...relaying,
    ...domains,
    ...nobody,
    ...forwards,
    ...aliasNames,
  ]);
}
