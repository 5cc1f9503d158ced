/*
 * Converts a configuration to PMDF's files or to one pmdf.yaml, and lists what has no counterpart there. The result is
 * read again, and must have the same meaning as the original.
 */
import { type ConversionNote, conversionNotes, type PolicyForm } from './notes.js';
import { type Convertible, readDocument } from './read-document.js';
import { findDifference, readWritten } from './same-policy.js';
import { type WrittenFile, writePmdf } from './write-pmdf.js';
import { writeYaml } from './write-yaml.js';

/** A converted configuration, or the part that cannot be expressed in that form. */
export type Conversion =
  | {
      readonly kind: 'written';
      readonly files: readonly WrittenFile[];
      readonly notes: readonly ConversionNote[];
    }
  | {
      readonly kind: 'cannot-say';
      /** `rules`, `aliases`, ...; `configuration` when it may be more than one part. */
      readonly part: string;
      /** The error in the result; null when it has no error, but another meaning. */
      readonly cause: string | null;
    };

/** Converts a configuration without errors. */
export function convertPolicy(configuration: Convertible, form: PolicyForm): Conversion {
  const document = readDocument(configuration);
  const { syntax, settings } = document;
  const files = form === 'pmdf' ? writePmdf(syntax, settings) : writeYaml(syntax, settings);
  const again = readWritten(files, configuration.sources.readInclude);
  if (again.value === null) {
    const cause = again.diagnostics.find((one) => one.severity === 'error')?.message ?? null;
    return { kind: 'cannot-say', part: 'configuration', cause };
  }
  const part = findDifference(syntax, again.value);
  if (part !== null) return { kind: 'cannot-say', part, cause: null };
  return { kind: 'written', files, notes: conversionNotes(document, form) };
}
