/*
 * `npm run docs`: writes every generated file.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/project-root.js';
import { generatedFiles } from './generated-files.js';

for (const { name, text } of generatedFiles) writeFileSync(join(projectRoot, name), text());
