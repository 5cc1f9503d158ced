/*
 * Looks through what is written in a configuration, without putting questions to the policy: entries and rules that are
 * never reached, and what most likely says something else than was meant. Everything here is a warning.
 */
import type { CompiledPolicy } from '../policy/index.js';
import type { Diagnostic } from '../text/index.js';
import { lintCostlyPatterns } from './costly-patterns.js';
import type { DatabaseEntry } from './database-entries.js';
import { lintEndingFailures } from './ending-failures.js';
import { lintFailingRules } from './failing-rules.js';
import { lintFlagPlaces } from './flag-places.js';
import { lintMissingDatabase } from './missing-database.js';
import { lintNeverFiringRules } from './never-firing-rules.js';
import { lintNeverRunningEntries } from './never-running-entries.js';
import { lintPercentWildcards } from './percent-wildcards.js';
import { lintPlaceholders } from './placeholders.js';
import { lintSwitchedSources } from './switched-sources.js';
import { lintUnaskedEntries } from './unasked-entries.js';
import { lintUnknownChannels } from './unknown-channels.js';
import { lintUnknownRoutes } from './unknown-routes.js';
import { lintUnreachedChannels } from './unreached-channels.js';
import { lintUnreachedTables } from './unreached-tables.js';

/** What was found, and for how many entries of tables it could not be decided whether they are ever reached. */
export interface WrittenFindings {
  readonly diagnostics: readonly Diagnostic[];
  readonly undecided: number;
}

/**
 * Looks through a configuration; `databaseTexts` are its databases in full, null when one cannot be read so, and
 * `databaseEntries` goes through those that can be.
 */
export function lintWritten(
  compiled: CompiledPolicy,
  databaseTexts: readonly string[] | null,
  databaseEntries: () => Iterable<DatabaseEntry> = () => [],
): WrittenFindings {
  const entries = lintNeverRunningEntries(compiled);
  const never = new Set(entries.diagnostics.map(({ span }) => span));
  return {
    diagnostics: [
      ...lintFailingRules(compiled),
      ...lintNeverFiringRules(compiled),
      ...lintUnknownRoutes(compiled, databaseEntries()),
      ...lintUnaskedEntries(compiled, databaseEntries()),
      ...lintPlaceholders(compiled, databaseEntries()),
      ...lintUnreachedChannels(compiled, databaseTexts),
      ...lintMissingDatabase(compiled),
      ...lintUnknownChannels(compiled),
      ...entries.diagnostics,
      ...lintUnreachedTables(compiled),
      ...lintEndingFailures(compiled),
      ...lintFlagPlaces(compiled),
      ...lintPercentWildcards(compiled),
      // Of an entry that never matches this would be wrong.
      ...lintSwitchedSources(compiled).filter(({ span }) => !never.has(span)),
      ...lintCostlyPatterns(compiled),
    ],
    undecided: entries.undecided,
  };
}
