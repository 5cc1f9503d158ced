/*
 * Errors in the files of two folders, which are named alike in both: each under the name of its folder.
 */
import { isAbsolute } from 'node:path';
import type { Diagnostic, SourceFile, Span } from '../../lib/text/index.js';

/** Gives findings whose files are named below `folder`. */
export function renamedFiles(diagnostics: readonly Diagnostic[], folder: string): readonly Diagnostic[] {
  const sources = new Map<SourceFile, SourceFile>();
  const sourceOf = (source: SourceFile): SourceFile => {
    const { shortName, includedFrom } = source;
    const made = sources.get(source) ?? {
      ...source,
      name: isAbsolute(shortName) ? shortName : `${folder}/${shortName}`,
      ...(includedFrom === undefined ? {} : { includedFrom: spanOf(includedFrom) }),
    };
    sources.set(source, made);
    return made;
  };
  const spanOf = (span: Span): Span => ({ ...span, source: sourceOf(span.source) });
  return diagnostics.map(
    ({ related, ...one }): Diagnostic => ({
      ...one,
      span: spanOf(one.span),
      ...(related === undefined
        ? {}
        : { related: related.map((place) => ({ ...place, span: spanOf(place.span) })) }),
    }),
  );
}
