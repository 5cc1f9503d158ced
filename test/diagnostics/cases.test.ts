/*
 * Every code has a case, and every case has a finding with its code.
 */
import assert from 'node:assert/strict';
import { findingCodes } from '../../lib/lint/codes.js';
import { type CaseResult, runCases } from './run-cases.js';

describe('the cases of diagnostics', () => {
  let results: readonly CaseResult[] = [];
  before(() => {
    results = runCases();
  });

  it('have a finding with their code', () => {
    const missed = results.filter(({ shown }) => shown.length === 0);
    assert.deepEqual(
      missed.map(({ code, found }) => `${code}: found ${found.join(', ') || 'nothing'}`),
      [],
    );
  });

  it('are there for every code, once', () => {
    assert.deepEqual(results.map(({ code }) => code).sort(), [...findingCodes()].sort());
  });

  it('produce few other diagnostics', () => {
    const crowded = results.filter(({ found }) => found.length > 2);
    assert.deepEqual(
      crowded.map(({ code, found }) => `${code}: ${found.join(', ')}`),
      [],
    );
  });
});
