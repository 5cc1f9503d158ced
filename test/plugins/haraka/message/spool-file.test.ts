/*
 * Which messages have their spool file removed, by Haraka's own message stream.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { keepInMemory } from '../../../../plugins/haraka/message/spool-file.js';
import type { HarakaMessageStream } from '../../../../plugins/haraka/types.js';
import { coreModule } from '../core-connection.js';

interface SpooledStream extends HarakaMessageStream {
  destroy(): void;
}

function isStream(value: unknown): value is SpooledStream {
  return typeof Reflect.get(Object(value), 'destroy') === 'function';
}

const line = Buffer.from(`${'x'.repeat(98)}\r\n`);

/** Octets of a message, the setting `spool_after`, whether it has a file, and whether core is to remove one. */
const rows: readonly (readonly [octets: number, spoolAfter: unknown, isFile: boolean, isRemoved: boolean])[] =
  [
    [5_000, undefined, false, false],
    [5_000, -1, false, false],
    [5_000, 5_100, false, false],
    [100_000, 200_000, false, false],
    [5_000, '5100', false, false],
    [5_000, 5_000, false, true],
    [5_000, 4_900, true, true],
    [5_000, 0, true, true],
    [200_000, 100_000, true, true],
    [2_000_000, undefined, false, true],
    [2_000_000, 1_500_000, true, true],
  ];

describe('the spool file of a message', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'spool-'));
  const { unlink } = fs;

  afterEach(() => {
    fs.unlink = unlink;
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  for (const [at, [octets, spoolAfter, isFile, isRemoved]] of rows.entries()) {
    it(`${octets} octets, spool_after=${spoolAfter}: ${isRemoved ? 'removed' : 'there is none'}`, async () => {
      const id = `message-${at}`;
      const cfg = { main: { spool_after: spoolAfter, spool_dir: folder } };
      const MessageStream = coreModule('haraka-message-stream');
      assert.ok(typeof MessageStream === 'function');
      const stream: unknown = Reflect.construct(MessageStream, [cfg, id]);
      assert.ok(isStream(stream));
      keepInMemory({ message_stream: stream, cfg });
      for (let length = 0; length < octets; length += line.length) stream.add_line(line);
      await new Promise<void>((resolve) => stream.add_line_end(resolve));
      const file = path.join(folder, `${id}.eml`);
      assert.equal(fs.existsSync(file), isFile);

      let removals = 0;
      const removed = new Promise<void>((resolve) => {
        const spy = (name: fs.PathLike, done: fs.NoParamCallback): void => {
          removals += 1;
          unlink(name, (error) => {
            done(error);
            resolve();
          });
        };
        Object.assign(fs, { unlink: spy });
      });
      stream.destroy();
      if (isRemoved) await removed;
      assert.equal(removals, isRemoved ? 1 : 0);
      assert.ok(!fs.existsSync(file));
    });
  }
});
