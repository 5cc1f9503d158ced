/*
 * The time of postmap, with the benchmark's own socketmap server.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '../../support/programs.js';
import { MissingPeer } from '../measure.js';
import type { FilledStore } from './filled-store.js';
import { keysOf } from './look-ups.js';
import { askPostmap } from './postmap.js';
import { filledSocketmap } from './socketmap.js';

describeWith(['postmap'], 'look-ups of postmap', () => {
  let folder: string;
  let filled: FilledStore;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pmdf-bench-'));
    filled = await filledSocketmap(50);
  });
  after(async () => {
    await filled?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are timed from the first answers to the last', async () => {
    assert.ok((await askPostmap(filled, folder, keysOf({ count: 50, questions: 2_500 }))) > 0);
  });

  it('fail with a wrong answer, and where there is only one answer to time', async () => {
    await assert.rejects(askPostmap(filled, folder, ['99user']), /the answers of postmap differ/);
    await assert.rejects(askPostmap(filled, folder, ['1user']), /postmap has answered all at once/);
  });

  it('need a type of table that Postfix has', async () => {
    const table = { type: 'nonesuch', name: 'x' };
    await assert.rejects(
      askPostmap({ table }, folder, ['1user']),
      new MissingPeer('the Debian package postfix-nonesuch'),
    );
    await assert.rejects(askPostmap({ table: null }, folder, []), MissingPeer);
  });
});
