import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QueueReader } from '../../../plugins/watch/queue-state.js';

function queueFile(envelope: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(envelope));
  return Buffer.concat([length, Buffer.from(envelope), Buffer.from('Subject: x\r\n\r\n')]);
}

describe('what waits', () => {
  let folder: string;
  let reader: QueueReader;
  const queue = (): string => join(folder, 'queue');
  const write = (name: string, content: string | Buffer): void => writeFileSync(join(queue(), name), content);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pmdf-queue-'));
    reader = new QueueReader(queue(), () => join(folder, 'held'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is nothing where there are no folders', async () => {
    assert.deepEqual(await reader.state(), { waiting: [], held: 0, newestHeld: [] });
  });

  it('is counted by channel, with the oldest', async () => {
    mkdirSync(queue());
    const forChannel = (channel: string): Buffer =>
      queueFile(JSON.stringify({ notes: { pmdf: { channel } } }));
    write('3000_9000_1_10_aaaaaa_1_host', forChannel('l'));
    write('2000_9000_0_10_bbbbbb_2_host', forChannel('l'));
    write('4000_9000_0_10_cccccc_3_host', forChannel('tcp_local'));
    write('5000_9000_0_10_dddddd_4_host', queueFile('{"notes":{}}'));
    write('6000_9000_0_10_eeeeee_5_host', queueFile('not JSON'));
    write('7000_9000_0_10_ffffff_6_host', Buffer.from([0xff, 0xff]));
    write('__tmp__.8000_9000_0_10_gggggg_7_host', forChannel('l'));
    assert.deepEqual(await reader.state(), {
      waiting: [
        { channel: 'l', files: 2, oldestAt: 2000 },
        { channel: 'tcp_local', files: 1, oldestAt: 4000 },
        { channel: 'unknown', files: 3, oldestAt: 5000 },
      ],
      held: 0,
      newestHeld: [],
    });
  });

  it('has the held messages', async () => {
    mkdirSync(join(folder, 'held'));
    for (const [index, name] of ['a.HELD', 'b.HELD', 'c.tmp'].entries()) {
      writeFileSync(join(folder, 'held', name), 'x'.repeat(index));
      utimesSync(join(folder, 'held', name), index, index);
    }
    const both = [
      { name: 'b.HELD', at: 1_000, octets: 1 },
      { name: 'a.HELD', at: 0, octets: 0 },
    ];
    const { held, newestHeld } = await reader.state();
    assert.deepEqual([held, newestHeld], [2, both]);
    rmSync(join(folder, 'held', 'b.HELD'));
    assert.deepEqual((await reader.state()).newestHeld, both.slice(1));
  });
});
