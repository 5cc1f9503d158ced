/*
 * The files that are made from the source. `npm run docs` writes them; a test checks that they are in step.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCases } from '../diagnostics/run-cases.js';
import { projectRoot } from '../support/project-root.js';
import { diagnosticsPage } from './diagnostics-page.js';
import { manualPage } from './manual-page.js';
import { settingsPage } from './settings-page.js';
import { settingsSchemaFile } from './settings-schema.js';

/** A file by its name below the project root, and the text that it should have. */
export interface GeneratedFile {
  readonly name: string;
  readonly text: () => string;
}

/** The text that a generated file has now. */
export function presentText(name: string): string {
  return readFileSync(join(projectRoot, name), 'utf8');
}

/** Every generated file. */
export const generatedFiles: readonly GeneratedFile[] = [
  { name: 'docs/diagnostics.md', text: () => diagnosticsPage(runCases()) },
  { name: 'docs/pmdf.1', text: manualPage },
  { name: 'docs/settings.md', text: () => settingsPage(presentText('docs/settings.md')) },
  { name: 'config/pmdf.schema.json', text: settingsSchemaFile },
];
