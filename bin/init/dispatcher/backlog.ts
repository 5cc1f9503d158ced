/*
 * The listen queue of a service: BACKLOG, by default as many connections as all its processes serve, but at
 * least five.
 * Ref: PMDF 11.3.2
 */

/** The options of a service; null for those that are not set. */
export interface BacklogOptions {
  readonly maxConns: number | null;
  readonly maxProcs: number | null;
  readonly backlog: number | null;
  /** OpenVMS limits the queue to 255. */
  readonly isVms: boolean;
}

const least = 5;
const mostOnVms = 255;
/** The values in PMDF's own file. */
const usual = { maxConns: 10, maxProcs: 5 };

/** The length of the listen queue that a service has in PMDF. */
export function backlogOf({ maxConns, maxProcs, backlog, isVms }: BacklogOptions): number {
  const product = (maxConns ?? usual.maxConns) * (maxProcs ?? usual.maxProcs);
  const length = backlog ?? Math.max(least, product);
  return isVms ? Math.min(length, mostOnVms) : length;
}
