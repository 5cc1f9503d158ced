/*
 * What a doubt says of an entry that calls routines of the site: the proof takes every answer of them as possible.
 */
import type { Entry } from '../../mapping/index.js';
import { placeOf } from '../../text/index.js';

/** The entry and its routines in words; null for an entry that calls none of the site. */
export function siteRoutinesOf({ template, span }: Entry): string | null {
  const called = template.flatMap((item) =>
    item.kind === 'routine' && item.run?.routine === 'site'
      ? [`\`${item.run.name}\` of \`${item.run.image}\``]
      : [],
  );
  const [first, ...more] = new Set(called);
  if (first === undefined) return null;
  const all = [first, ...more].join(' and ');
  const what = more.length === 0 ? 'a routine' : 'routines';
  return `${placeOf(span)} calls ${all}, ${what} of the site, and what is answered is not known`;
}
