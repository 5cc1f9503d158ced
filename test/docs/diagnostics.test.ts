/*
 * docs/diagnostics.md agrees with the codes and their cases.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnosticsPage } from '../diagnostics/page.js';
import { runCases } from '../diagnostics/run-cases.js';
import { projectRoot } from '../support/project-root.js';

describe('docs/diagnostics.md', () => {
  it('shows what the cases print; `npm run docs` regenerates it', () => {
    const page = readFileSync(join(projectRoot, 'docs/diagnostics.md'), 'utf8');
    assert.equal(page, diagnosticsPage(runCases()));
  });
});
