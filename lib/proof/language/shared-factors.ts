/*
 * Intersections that differ in one part: their union is the intersection of what they share with the union of those parts.
 */
import type { Language } from './shape.js';

/** Several intersections with the same parts but one. */
export interface SharedFactors {
  readonly shared: readonly Language[];
  /** The parts in which they differ, one of each. */
  readonly different: readonly Language[];
}

/** Languages that are parts of a union; unions among them are taken apart. */
function partsIn(languages: Iterable<Language>): Language[] {
  const found: Language[] = [];
  for (const one of languages) {
    if (one.shape.kind !== 'union') found.push(one);
    else for (const part of one.shape.of) found.push(part);
  }
  return found;
}

/** A key that intersections share whose parts but one are the same. */
function keyWithout(parts: readonly Language[], at: number): string {
  return parts.flatMap(({ number }, index) => (index === at ? [] : [number])).join();
}

/** Groups the intersections among the parts of a union; `others` are parts that are none, or like no other. */
export function sharedFactors(languages: Iterable<Language>): {
  readonly groups: readonly SharedFactors[];
  readonly others: readonly Language[];
} {
  const parts = partsIn(languages);
  if (parts.filter(({ shape }) => shape.kind === 'intersection').length < 2)
    return { groups: [], others: parts };
  const intersections = new Map<Language, readonly Language[]>();
  const others: Language[] = [];
  for (const one of parts) {
    if (one.shape.kind === 'intersection') intersections.set(one, one.shape.of);
    else others.push(one);
  }
  const alike = new Map<string, Map<Language, Language>>();
  for (const [one, parts] of intersections) {
    for (const [at, part] of parts.entries()) {
      const key = keyWithout(parts, at);
      const known = alike.get(key);
      if (known === undefined) alike.set(key, new Map([[one, part]]));
      else known.set(one, part);
    }
  }
  const groups: SharedFactors[] = [];
  const done = new Set<Language>();
  for (const [one, parts] of intersections) {
    if (done.has(one)) continue;
    let best = new Map<Language, Language>();
    for (const at of parts.keys()) {
      const group = alike.get(keyWithout(parts, at));
      if (group !== undefined && group.size > best.size) best = group;
    }
    const fresh = [...best].filter(([other]) => !done.has(other));
    if (fresh.length < 2) {
      others.push(one);
      continue;
    }
    const own = best.get(one);
    for (const [other] of fresh) done.add(other);
    groups.push({
      shared: parts.filter((part) => part !== own),
      different: fresh.map(([, part]) => part),
    });
  }
  return { groups, others };
}
