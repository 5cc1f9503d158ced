/*
 * How one envelope To is forwarded: the FORWARD mapping first, then the forward database.
 *   $Y  the output is the new address        $N  it stays
 *   $D  the output is rewritten again        $H  the result is not forwarded again
 *   $G  the output is looked up in the forward database too        $I  the message is held
 * An entry with `$Y` and without `$G` keeps the database out. What the database gives is always rewritten again.
 * Ref: PMDF 3.4; Messaging Server 10.9.3
 */
import { type HeldText, holdBars } from '../address/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import type { ApplyMapping } from '../mapping/index.js';
import { placeOf } from '../text/index.js';
import { askDatabase } from './database-lookup.js';

export const forwardTable = 'FORWARD';

/** What a question about forwarding needs. */
export interface ForwardSources {
  readonly applyMapping: ApplyMapping;
  /** What templates can test: A, T, E, L, D, F, S. */
  readonly inputFlags: ReadonlySet<string>;
  /** Whether there is a forward database. */
  readonly hasDatabase: boolean;
  readonly environment: Environment;
}

export type ForwardAnswer =
  | {
      readonly kind: 'answered';
      /** The new address; null when it stays. */
      readonly address: HeldText | null;
      /** Whether the new address is rewritten from the start; else it stays on the channel of the old one. */
      readonly rewrites: boolean;
      /** Whether what comes of it may be forwarded again. */
      readonly forwardable: boolean;
      readonly hold: boolean;
      /** The entries of FORWARD that matched. */
      readonly entries: readonly string[];
    }
  | { readonly kind: 'failed'; readonly cause: string; readonly entries: readonly string[] };

/** Looks up how a rewritten address is forwarded. */
export function* findForward(address: string, sources: ForwardSources): Lookup<ForwardAnswer> {
  const result = yield* sources.applyMapping(forwardTable, address, sources.inputFlags);
  const entries = (result?.entries ?? []).map(placeOf);
  if (result !== null && result.failed !== null) {
    return { kind: 'failed', cause: `${forwardTable}: ${result.failed}`, entries };
  }
  const flags = result?.flags ?? new Set();
  const replaces = result?.matched === true && flags.has('Y') && !flags.has('N');
  const mapped = holdBars(replaces ? result.output : address);
  const mapping = {
    kind: 'answered',
    address: replaces ? mapped : null,
    rewrites: flags.has('D'),
    forwardable: !flags.has('H'),
    hold: flags.has('I'),
    entries,
  } as const;
  const staysByEntry = flags.has('N') || replaces;
  if (!sources.hasDatabase || (staysByEntry && !flags.has('G'))) return mapping;
  const found = yield* askDatabase('forward', mapped, sources.environment);
  switch (found.kind) {
    case 'found':
      return { ...mapping, address: holdBars(found.value.trim()), rewrites: true };
    case 'absent':
      return mapping;
    case 'failed':
      return { kind: 'failed', cause: found.cause, entries };
  }
}
