/*
 * Random edits of random sites: one to three parts are left out, moved, or taken from another site.
 */
import { Random } from '../judge/random.js';
import type { Part } from '../judge/random-site/part.js';
import { randomParts } from '../judge/random-site/random-parts.js';

/** Two sites as parts. */
export interface EditedSite {
  readonly before: readonly Part[];
  readonly now: readonly Part[];
}

function edited(random: Random, parts: readonly Part[], others: readonly Part[]): readonly Part[] {
  const at = random.below(parts.length);
  const part = parts[at];
  if (part === undefined) return parts;
  const rest = [...parts.slice(0, at), ...parts.slice(at + 1)];
  const alike = others.filter(({ kind }) => kind === part.kind);
  const other = alike[random.below(Math.max(1, alike.length))];
  switch (random.below(4)) {
    case 0:
      return rest;
    case 1: {
      const to = random.below(rest.length + 1);
      return [...rest.slice(0, to), part, ...rest.slice(to)];
    }
    case 2:
      return other === undefined ? rest : [...parts.slice(0, at), other, ...parts.slice(at)];
    default:
      return other === undefined ? rest : [...parts.slice(0, at), other, ...parts.slice(at + 1)];
  }
}

/** The site with this number, and an edit of it. */
export function randomEdit(seed: number): EditedSite {
  const random = new Random(seed * 104_729 + 5);
  const before = randomParts(seed);
  const others = randomParts(seed + 1_000_000);
  let now = before;
  for (let left = 1 + random.below(3); left > 0; left -= 1) now = edited(random, now, others);
  return { before, now };
}
