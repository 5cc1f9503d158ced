/*
 * The smallest part of a site that still shows something: parts are left out, many at once and then one by one, as long as it does.
 */

/** Leaves parts out while `shows` holds; it holds for all of them. */
export function minimise<T>(parts: readonly T[], shows: (parts: readonly T[]) => boolean): readonly T[] {
  let kept = parts;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length; ) {
      const fewer = [...kept.slice(0, at), ...kept.slice(at + size)];
      if (shows(fewer)) kept = fewer;
      else at += size;
    }
  }
  return kept;
}
