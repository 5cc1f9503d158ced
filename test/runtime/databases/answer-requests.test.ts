import assert from 'node:assert/strict';
import { heldBar } from '../../../lib/address/bar.js';
import { type AnyAnswer, absent, type DatabaseName, found } from '../../../lib/engine/lookup.js';
import { answerAtOnce, answerRequests } from '../../../runtime/databases/answer-requests.js';
import type { Database } from '../../../runtime/databases/database.js';

describe('answer-requests', () => {
  const general: Database = {
    get: (key) => (key === 'a|b' ? found('bar') : absent),
    close: () => {},
  };
  const answer = answerAtOnce(
    answerRequests(
      { databases: new Map([['general', general]]), directories: new Map(), searches: new Map() },
      null,
    ),
    absent,
  );
  const ask = (database: DatabaseName, key: string): AnyAnswer => answer({ kind: 'database', database, key });

  it('looks a key up with bars as bars', () => {
    assert.deepEqual(ask('general', `a${heldBar}b`), found('bar'));
    assert.deepEqual(ask('general', 'c'), absent);
  });

  it('answers failed for a database that is not configured', () => {
    assert.deepEqual(ask('forward', 'a'), { kind: 'failed', cause: 'no forward database is configured' });
  });

  it('answers 0 if no sequence numbers may be taken', () => {
    const request = { kind: 'sequence', file: 'f', radix: 10, width: 0, modulus: null } as const;
    assert.deepEqual(answer(request), found('0'));
  });
});
