/*
 * Notes in the results of a client that is rejected again and again.
 */
import assert from 'node:assert/strict';
import { addResult, mostResults } from '../../../plugins/support/add-result.js';
import { fakeConnection, fakePlugin } from '../fakes.js';

describe('addResult', () => {
  it('keeps only the first notes of each plugin', () => {
    const added: string[] = [];
    const connection = fakeConnection();
    const results = { add: (plugin: { name: string }) => void added.push(plugin.name) };
    const [access, maytls] = [fakePlugin('pmdf/access'), fakePlugin('pmdf/maytls')];
    for (let count = 0; count < mostResults + 50; count += 1) {
      addResult(access, { results }, { fail: `recipient ${count}` });
    }
    addResult(maytls, { results }, { msg: 'one' });
    addResult(access, connection, { msg: 'of another connection' });
    assert.equal(added.filter((name) => name === 'pmdf/access').length, mostResults);
    assert.equal(added.at(-1), 'pmdf/maytls');
  });
});
