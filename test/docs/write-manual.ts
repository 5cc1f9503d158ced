/*
 * Writes docs/pmdf.1.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/project-root.js';
import { manualPage } from './manual-page.js';

writeFileSync(join(projectRoot, 'docs/pmdf.1'), manualPage());
