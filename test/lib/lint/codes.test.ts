/*
 * The codes of findings: each is listed once, every rule file is listed, and its name is its code.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findingCodes } from '../../../lib/lint/codes.js';
import { lintRules } from '../../../lib/lint/rules.js';
import { diagnosticCodes } from '../../../lib/text/codes.js';
import { projectRoot } from '../../support/project-root.js';

function namesIn(folder: string, extension: string): string[] {
  return readdirSync(join(projectRoot, folder))
    .filter((file) => file.endsWith(extension))
    .map((file) => file.slice(0, -extension.length));
}

describe('the codes of findings', () => {
  const names = lintRules.map(({ code }) => code.replace('lint/', ''));

  it('are listed once each', () => {
    const codes = [...Object.keys(diagnosticCodes), ...lintRules.map(({ code }) => code)];
    assert.deepEqual([...findingCodes()], codes);
    assert.equal(new Set(codes).size, codes.length);
    assert.deepEqual(
      Object.keys(diagnosticCodes).filter((code) => code.startsWith('lint/')),
      [],
    );
  });

  it('are the names of the rule files', () => {
    assert.deepEqual(namesIn('lib/lint/rules', '.ts').sort(), [...names].sort());
  });

  it('with `lint/` are written in the rule files only', () => {
    const elsewhere = ['lib', 'runtime', 'plugins', 'bin']
      .flatMap((folder) =>
        readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
          join(folder, file),
        ),
      )
      .filter((file) => file.endsWith('.ts') && !file.startsWith(join('lib', 'lint', 'rules')))
      .filter((file) => /'lint\/[a-z]/.test(readFileSync(join(projectRoot, file), 'utf8')));
    assert.deepEqual(elsewhere, []);
  });

  it('have a case beside the tests of the rules, but for cases that are not text', () => {
    const withoutText = ['entries-left-out'];
    const cases = [...namesIn('test/lib/lint/rules', '.txt'), ...withoutText];
    assert.deepEqual(cases.sort(), [...names].sort());
  });
});
