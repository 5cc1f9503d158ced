/*
 * What has to be touched with `--require-all`: every rule and entry of the site, and the built-in entries where they are
 * asked for.
 */
import type { Coverable, Coverage } from './coverage.js';

/** How the test that all are touched is called. */
export const untouchedTest = 'every rule and entry is touched';

/** What no case touches. */
export function untouchedOf({ site, builtIn }: Coverage, withBuiltIn: boolean): readonly Coverable[] {
  const parts = withBuiltIn ? [...site, builtIn] : site;
  return parts.flatMap(({ untouched }) => untouched);
}
