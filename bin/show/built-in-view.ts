/*
 * The built-in source-route entries as they are for this site: PMDF's for every channel that strangers come in on and
 * every local domain, then our stricter ones, as the setting `built_in_source_routes` has it.
 * Ref: PMDF 29
 */
import { builtInMappingTable, strictEntries } from '../../lib/access/index.js';
import type { BuiltInSourceRoutes } from '../../lib/config/index.js';
import type { Entry } from '../../lib/mapping/index.js';
import type { Policy } from '../../lib/policy/index.js';

/** What guards a site before its own tables do. */
export interface BuiltInView {
  readonly mode: BuiltInSourceRoutes;
  /** The source channels that it concerns. */
  readonly channels: readonly string[];
  readonly localDomains: readonly string[];
  /** The entries that are asked, each with the place `built-in:N`. */
  readonly entries: readonly Entry[];
  readonly strict: typeof strictEntries;
}

/** Views the built-in entries; with the setting `off` there are none. */
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
