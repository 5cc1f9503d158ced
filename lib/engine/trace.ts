/*
 * What the engine did, as flat events. `pmdf test`, `pmdf explain` and the log line of a refusal are filters over them.
 * `place` names a rule or entry: `mappings:14`, `pmdf.cnf:3`, `built-in:5`.
 */
import type { AnyAnswer, LookupRequest } from './lookup.js';

export type TraceEvent =
  /** A message is reprocessed, by `process` or `reprocess`; the address starts over. */
  | { readonly kind: 'pass-begins'; readonly channel: string; readonly address: string }
  /** A rewrite of one address begins. */
  | {
      readonly kind: 'rewrite-begins';
      readonly address: string;
      readonly direction: string;
      readonly sourceChannel: string | null;
    }
  /** The host that the rules are searched for, and where in the address it was. */
  | {
      readonly kind: 'host-extracted';
      readonly host: string;
      readonly from: 'route' | 'at' | 'percent' | 'bang' | 'none';
    }
  /** A rule whose pattern fits; `failed` tells why it did not fire. */
  | {
      readonly kind: 'rule-tried';
      readonly place: string;
      readonly pattern: string;
      readonly host: string;
      readonly fired: boolean;
      readonly failed?: string;
    }
  /** Where a rewrite ended. */
  | {
      readonly kind: 'rewrite-ends';
      readonly address: string;
      readonly routingSystem: string | null;
      readonly channel: string | null;
      readonly error?: string;
    }
  /** A table is probed. */
  | { readonly kind: 'table-probed'; readonly table: string; readonly probe: string }
  /** An entry matched and its template ran; `failed` tells which item of it failed. */
  | {
      readonly kind: 'entry-matched';
      readonly table: string;
      readonly place: string;
      readonly input: string;
      readonly captures: readonly string[];
      readonly output: string;
      readonly flags: readonly string[];
      readonly control: 'E' | 'C' | 'L' | 'R';
      readonly failed?: string;
    }
  /** The result of a whole table. */
  | {
      readonly kind: 'table-ends';
      readonly table: string;
      readonly matched: boolean;
      readonly output: string;
      readonly flags: readonly string[];
    }
  | { readonly kind: 'lookup'; readonly request: LookupRequest; readonly answer: AnyAnswer }
  /** A source channel was chosen. */
  | { readonly kind: 'channel-chosen'; readonly channel: string; readonly why: string }
  /** A built-in entry refuses an address for the routing in it; `reason` says which, in words. */
  | { readonly kind: 'routing-refused'; readonly place: string; readonly reason: string }
  /** A decision was taken. */
  | {
      readonly kind: 'decided';
      readonly what: string;
      readonly verdict: 'accept' | 'reject' | 'defer';
      readonly place: string | null;
      readonly text: string;
    }
  /** What a table or SPF in shadow would have done; `applied`: it was done, since it keeps strangers from relaying. */
  | {
      readonly kind: 'shadowed';
      readonly table: string;
      readonly entry: string | null;
      readonly verdict: 'accept' | 'reject' | 'defer';
      readonly reply: string;
      readonly cause: string;
      readonly effects: readonly string[];
      readonly applied: boolean;
    };

/** A listener; without one the engine makes no events. */
export type Tracer = (event: TraceEvent) => void;
