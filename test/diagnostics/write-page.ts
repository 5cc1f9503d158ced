/*
 * Writes docs/diagnostics.md.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/project-root.js';
import { diagnosticsPage } from './page.js';
import { runCases } from './run-cases.js';

writeFileSync(join(projectRoot, 'docs/diagnostics.md'), diagnosticsPage(runCases()));
