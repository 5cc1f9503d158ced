/*
 * Writes a configuration in the form of PMDF's files or as one pmdf.yaml, and lists what has no counterpart there. What
 * was written is read again: if it did not say the same as before, it is not given out.
 */
import type { SourceFile } from '../../diagnostics/source.js';
import type { PolicySources } from '../parse-sources.js';
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
  | { readonly kind: 'differs'; readonly part: string };

/** Converts a configuration without errors; `yaml` is pmdf.yaml, null when there is none. */
export function convertPolicy(sources: PolicySources, yaml: SourceFile | null, form: PolicyForm): Conversion {
  const document = readDocument(sources, yaml);
  const { syntax, settings } = document;
  const files = form === 'pmdf' ? writePmdf(syntax, settings) : writeYaml(syntax, settings);
  const again = readWritten(files, sources.readInclude);
  const part = again === null ? 'text' : findDifference(syntax, again);
  if (part !== null) return { kind: 'differs', part };
  return { kind: 'written', files, notes: conversionNotes(document, form) };
}
