/*
 * Names that two policies give different values.
 */
import { placeOf, type Span } from '../../text/index.js';

export interface NamedEdit {
  readonly name: string;
  /** Null where the name is not there. */
  readonly before: string | null;
  readonly now: string | null;
  readonly placeBefore: string | null;
  readonly placeNow: string | null;
}

/** Values by name, and where they are written. */
export type Valued = ReadonlyMap<string, { readonly text: string; readonly span: Span | null }>;

/** Finds the names whose values differ. */
export function editsBetween(before: Valued, now: Valued): readonly NamedEdit[] {
  const place = (span: Span | null | undefined) => (span == null ? null : placeOf(span));
  return [...new Set([...before.keys(), ...now.keys()])].flatMap((name) => {
    const [one, other] = [before.get(name), now.get(name)];
    if (one?.text === other?.text) return [];
    return [
      {
        name,
        before: one?.text ?? null,
        now: other?.text ?? null,
        placeBefore: place(one?.span),
        placeNow: place(other?.span),
      },
    ];
  });
}
