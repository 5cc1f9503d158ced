import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { CommandFolder } from './support/command-folder.js';

describe('pmdf counters show', () => {
  const command = new CommandFolder();

  it('reads a log packed with gzip, and says of a damaged one that it cannot be read', async () => {
    const log = 'logs/mail.log_current';
    const packed = gzipSync(readFileSync(command.path(log)));
    writeFileSync(command.path('mail.log.gz'), packed);
    writeFileSync(command.path('damaged.log.gz'), packed.subarray(0, packed.length - 20));
    const plain = await command.call('counters', 'show', log);
    assert.deepEqual(await command.call('counters', 'show', 'mail.log.gz'), plain);
    const { exitCode, stderr } = await command.call('counters', 'show', 'damaged.log.gz');
    assert.equal(exitCode, 2);
    assert.match(stderr, /`damaged\.log\.gz` cannot be read/);
  });
});
