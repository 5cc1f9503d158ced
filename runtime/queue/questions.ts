/*
 * What a command asks the Haraka processes that use a queue, and what they answer.
 */
import { type Action, actions } from './change-file.js';

export type Question =
  /** To change messages that wait in its memory, and those on hold. */
  | { readonly kind: 'change'; readonly action: Action; readonly ids: readonly string[] }
  /** To read anew which channels are stopped, and to try mail of those that no longer are. */
  | { readonly kind: 'channels' }
  /** Which held messages belong to clients that have not been answered yet. */
  | { readonly kind: 'unanswered' };

/** What became of a message in one process. `not here`: it does not wait in this process. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'not here' }
  | { readonly kind: 'failed'; readonly why: string };

export interface ChangeAnswer {
  readonly outcomes: readonly (readonly [id: string, outcome: Outcome])[];
}

/** Paths of held messages. */
export interface UnansweredAnswer {
  readonly unanswered: readonly string[];
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function texts(value: unknown): readonly string[] | null {
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : null;
}

/** Reads a question; null for anything else, such as one of another version. */
export function readQuestion(value: unknown): Question | null {
  const kind = member(value, 'kind');
  if (kind === 'channels' || kind === 'unanswered') return { kind };
  const action = actions.find((one) => one === member(value, 'action'));
  const ids = texts(member(value, 'ids'));
  return kind === 'change' && action !== undefined && ids !== null ? { kind, action, ids } : null;
}

function readOutcome(value: unknown): Outcome | null {
  const kind = member(value, 'kind');
  if (kind === 'done' || kind === 'gone' || kind === 'not here') return { kind };
  const why = member(value, 'why');
  return kind === 'failed' && typeof why === 'string' ? { kind, why } : null;
}

/** Reads what became of messages; null for anything else. */
export function readChangeAnswer(value: unknown): ReadonlyMap<string, Outcome> | null {
  const outcomes = member(value, 'outcomes');
  if (!Array.isArray(outcomes)) return null;
  const read = new Map<string, Outcome>();
  for (const one of outcomes) {
    const [id, outcome]: unknown[] = Array.isArray(one) ? one : [];
    const known = readOutcome(outcome);
    if (typeof id !== 'string' || known === null) return null;
    read.set(id, known);
  }
  return read;
}

/** Reads the paths of held messages; null for anything else. */
export function readUnanswered(value: unknown): readonly string[] | null {
  return texts(member(value, 'unanswered'));
}
