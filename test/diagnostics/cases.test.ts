/*
 * Every diagnostic has a case that produces it, and every case produces its diagnostic.
 */
import assert from 'node:assert/strict';
import { diagnosticCodes } from '../../lib/text/codes.js';
import { type CaseResult, runCases } from './run-cases.js';

describe('the cases of diagnostics', () => {
  let results: readonly CaseResult[] = [];
  before(() => {
    results = runCases();
  });

  it('produce their diagnostic', () => {
    const missed = results.filter(({ shown }) => shown.length === 0);
    assert.deepEqual(
      missed.map(({ code, found }) => `${code}: found ${found.join(', ') || 'nothing'}`),
      [],
    );
  });

  it('exist once for every code', () => {
    assert.deepEqual(results.map(({ code }) => code).sort(), Object.keys(diagnosticCodes).sort());
  });

  it('produce few other diagnostics', () => {
    const crowded = results.filter(({ found }) => found.length > 2);
    assert.deepEqual(
      crowded.map(({ code, found }) => `${code}: ${found.join(', ')}`),
      [],
    );
  });
});
