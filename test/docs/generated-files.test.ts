/*
 * The generated files are in step with the source.
 */
import assert from 'node:assert/strict';
import { generatedFiles, presentText } from '../generate/generated-files.js';

describe('generated files', () => {
  for (const { name, text } of generatedFiles) {
    it(`has ${name} in step; \`npm run docs\` writes it`, () => assert.equal(presentText(name), text()));
  }
});
