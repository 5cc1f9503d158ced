/*
 * Source files, and findings in them, in a form that goes to another thread: files that are kept as octets are shared, not
 * copied. One object stays one object, so that what is known of a file is worked out once.
 */
import { type Diagnostic, octetSource, octetsOf, type SourceFile, type Span } from '../lib/text/index.js';
import type { FilesRead, ReadSource } from './files/index.js';

/** A source file as a message; one of `text` and `octets` is null. */
export interface CarriedSource {
  readonly name: string;
  readonly shortName: string;
  readonly text: string | null;
  readonly octets: Uint8Array | null;
  readonly includedFrom: CarriedSpan | null;
}

interface CarriedSpan {
  readonly source: CarriedSource;
  readonly offset: number;
  readonly length: number;
}

type WithSpans<T, S> = T extends unknown ? Omit<T, 'span'> & { readonly span: S } : never;

/** A finding as a message. */
export interface CarriedDiagnostic extends WithSpans<Omit<Diagnostic, 'related'>, CarriedSpan> {
  readonly related: readonly { readonly message: string; readonly span: CarriedSpan }[] | null;
}

/** The result for a path as a message. */
export type CarriedOutcome =
  | { readonly kind: 'read'; readonly source: CarriedSource; readonly mark: string }
  | { readonly kind: 'missing' | 'unreadable'; readonly diagnostic: CarriedDiagnostic };

function once<From extends object, To>(make: (from: From) => To): (from: From) => To {
  const known = new Map<From, To>();
  return (from) => {
    const made = known.get(from) ?? make(from);
    known.set(from, made);
    return made;
  };
}

/** Puts files and findings into one message. */
export class Packer {
  readonly #source = once((source: SourceFile): CarriedSource => {
    const { name, shortName, includedFrom } = source;
    const octets = octetsOf(source);
    const text = octets === null ? source.text : null;
    const from = includedFrom === undefined ? null : this.#span(includedFrom);
    return { name, shortName, text, octets, includedFrom: from };
  });

  readonly diagnostic = ({ span, related, ...rest }: Diagnostic): CarriedDiagnostic => ({
    ...rest,
    span: this.#span(span),
    related: related?.map((one) => ({ message: one.message, span: this.#span(one.span) })) ?? null,
  });

  outcome(outcome: ReadSource): CarriedOutcome {
    const { kind } = outcome;
    if (kind !== 'read') return { kind, diagnostic: this.diagnostic(outcome.diagnostic) };
    return { kind, source: this.#source(outcome.source), mark: outcome.mark };
  }

  files(files: FilesRead): ReadonlyMap<string, CarriedOutcome> {
    const carried = new Map<string, CarriedOutcome>();
    for (const [path, { source, mark }] of files) {
      carried.set(path, this.outcome({ kind: 'read', source, mark }));
    }
    return carried;
  }

  #span({ source, offset, length }: Span): CarriedSpan {
    return { source: this.#source(source), offset, length };
  }
}

/** Takes files and findings out of one message. */
export class Unpacker {
  readonly #source = once(({ name, shortName, text, octets, includedFrom }: CarriedSource): SourceFile => {
    const from = includedFrom === null ? undefined : this.#span(includedFrom);
    if (octets !== null) return octetSource({ name, shortName }, octets, from);
    return { name, shortName, text: text ?? '', ...(from === undefined ? {} : { includedFrom: from }) };
  });

  readonly diagnostic = ({ span, related, ...rest }: CarriedDiagnostic): Diagnostic => ({
    ...rest,
    span: this.#span(span),
    ...(related === null
      ? {}
      : { related: related.map((one) => ({ message: one.message, span: this.#span(one.span) })) }),
  });

  outcome(carried: CarriedOutcome): ReadSource {
    const { kind } = carried;
    if (kind !== 'read') return { kind, diagnostic: this.diagnostic(carried.diagnostic) };
    return { kind, source: this.#source(carried.source), mark: carried.mark };
  }

  files(carried: ReadonlyMap<string, CarriedOutcome>): FilesRead {
    const files = new Map<string, { source: SourceFile; mark: string }>();
    for (const [path, one] of carried) {
      if (one.kind === 'read') files.set(path, { source: this.#source(one.source), mark: one.mark });
    }
    return files;
  }

  #span({ source, offset, length }: CarriedSpan): Span {
    return { source: this.#source(source), offset, length };
  }
}
