/*
 * Writes a configuration in the form of PMDF's files or as one pmdf.yaml, and lists what has no counterpart there. What
 * was written is read again: if it did not say the same as before, it is not given out.
 */
import type { PolicySources } from '../../../lib/config/index.js';
import type { SourceFile } from '../../../lib/text/index.js';
import { type ConversionNote, conversionNotes, type PolicyForm } from './notes.js';
import { readDocument } from './read-document.js';
import { findDifference, readWritten } from './same-policy.js';
import { type WrittenFile, writePmdf } from './write-pmdf.js';
import { writeYaml } from './write-yaml.js';

/** A configuration in another form, or the part of it that the form cannot say. */
export type Conversion =
  | {
      readonly kind: 'written';
      readonly files: readonly WrittenFile[];
      readonly notes: readonly ConversionNote[];
    }
  | {
      readonly kind: 'cannot-say';
      /** `rules`, `aliases`, ...; `configuration` where more than one part may be concerned. */
      readonly part: string;
      /** What is wrong with what would be written; null where it only says something else. */
      readonly cause: string | null;
    };

/** Converts a configuration without errors; `yaml` is pmdf.yaml, null when there is none. */
export function convertPolicy(sources: PolicySources, yaml: SourceFile | null, form: PolicyForm): Conversion {
  const document = readDocument(sources, yaml);
  const { syntax, settings } = document;
  const files = form === 'pmdf' ? writePmdf(syntax, settings) : writeYaml(syntax, settings);
  const again = readWritten(files, sources.readInclude);
  if (again.value === null) {
    const cause = again.diagnostics.find((one) => one.severity === 'error')?.message ?? null;
    return { kind: 'cannot-say', part: 'configuration', cause };
  }
  const part = findDifference(syntax, again.value);
  if (part !== null) return { kind: 'cannot-say', part, cause: null };
  return { kind: 'written', files, notes: conversionNotes(document, form) };
}
