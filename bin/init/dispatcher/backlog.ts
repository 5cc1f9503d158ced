/*
 * The listen queue of a service: what BACKLOG says, else as many as all its processes may serve, five at least.
 * Ref: PMDF 11.3.2
 */

/** What a service says, as far as it says it. */
export interface BacklogOptions {
  readonly maxConns: number | null;
  readonly maxProcs: number | null;
  readonly backlog: number | null;
  /** OpenVMS takes no longer queue than 255. */
  readonly isVms: boolean;
}

const least = 5;
const mostOnVms = 255;
/** What PMDF's own file says, for a service that says nothing. */
const usual = { maxConns: 10, maxProcs: 5 };

/** Gives the length of the listen queue that a service has in PMDF. */
export function backlogOf({ maxConns, maxProcs, backlog, isVms }: BacklogOptions): number {
  const product = (maxConns ?? usual.maxConns) * (maxProcs ?? usual.maxProcs);
  const length = backlog ?? Math.max(least, product);
  return isVms ? Math.min(length, mostOnVms) : length;
}
