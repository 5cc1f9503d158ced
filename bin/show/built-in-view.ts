/*
 * The built-in source-route entries of this site, according to the setting `built_in_source_routes`: PMDF's for every
 * outside channel and every local domain, then our stricter ones.
 * Ref: PMDF 29
 */
import { builtInMappingTable, strictEntries } from '../../lib/access/index.js';
import type { BuiltInSourceRoutes } from '../../lib/config/index.js';
import type { Entry } from '../../lib/mapping/index.js';
import type { Policy } from '../../lib/policy/index.js';

/** The built-in entries, which are applied before the site's tables. */
export interface BuiltInView {
  readonly mode: BuiltInSourceRoutes;
  /** The source channels that they apply to. */
  readonly channels: readonly string[];
  readonly localDomains: readonly string[];
  /** PMDF's entries, each with the place `built-in:N`. */
  readonly entries: readonly Entry[];
  readonly strict: typeof strictEntries;
}

/** The built-in entries; none with the setting `off`. */
export function builtInView(policy: Policy): BuiltInView {
  const mode = policy.settings.builtInSourceRoutes;
  const channels = [...policy.outside.facing];
  const localDomains = [...policy.localDomains];
  const { entries } = builtInMappingTable(channels, localDomains).value;
  return {
    mode,
    channels,
    localDomains,
    entries: mode === 'off' ? [] : entries,
    strict: mode === 'strict' ? strictEntries : [],
  };
}
