/*
 * A queue file whose writing is interrupted never counts as written, and nothing of it is left: the message breaks off, the
 * folder is gone, the file cannot get its name.
 */

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { type OutboundQueue, openOutboundQueue } from '../../../plugins/haraka/queue/outbound-queue.js';
import type { QueueFile } from '../../../plugins/haraka/queue/write-queue-file.js';
import type { HarakaAddress, HarakaNotes } from '../../../plugins/haraka/types.js';
import { fakePlugin } from '../../plugins/fakes.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

class Notes implements HarakaNotes {
  get(): unknown {
    return undefined;
  }
  set(): void {}
}

class Todo {
  readonly domain: string;
  readonly rcpt_to: readonly HarakaAddress[];
  readonly mail_from: HarakaAddress;

  constructor(
    domain: string,
    recipients: readonly HarakaAddress[],
    { mail_from }: { mail_from: HarakaAddress },
  ) {
    this.domain = domain;
    this.rcpt_to = recipients;
    this.mail_from = mail_from;
  }
}

class HMailItem {
  get_mx_respond(): void {}
  data_stream(): void {}
  discard(): void {}
  send_email_respond(): void {}
  bounce(): void {}
  temp_fail(): void {}
  extend_rcpt_with_dsn(): void {}
  size_file(): void {}
}

class Nobody implements HarakaAddress {
  readonly user = '';
  readonly host = '';
  readonly original = '<>';
  readonly address = '';
  format(): string {
    return '<>';
  }
}

const FILE: QueueFile = {
  domain: 'other.com',
  recipients: [],
  from: new Nobody(),
  notes: {},
  uuid: 'A.1.1',
  header: ['Received: by domain.com'],
};

const NAME = '1_1_0_1_A_1_host';
const LINE = `${'x'.repeat(998)}\r\n`;

function pieces(count: number): string[] {
  return new Array<string>(count).fill(LINE);
}

function* breakingOff(count: number): Generator<string> {
  for (const piece of pieces(count)) yield piece;
  throw new Error('the message broke off');
}

describe('a queue file', () => {
  const folder = temporaryFolder();

  function openQueue(): OutboundQueue {
    const nothing = (): void => undefined;
    const outbound = {
      TODOItem: Todo,
      HMailItem,
      qfile: { name: () => NAME, platformDOT: '__tmp__.' },
      delivery_queue: { push: nothing },
      net_utils: { get_mx: async () => [] },
      process_delivery: nothing,
      send_trans_email: nothing,
      build_todo: (todo: object, stream: NodeJS.WritableStream, then: () => void) => {
        const text = Buffer.from(`\n${JSON.stringify(todo)}\n`);
        const length = Buffer.alloc(4);
        length.writeUInt32BE(text.length);
        stream.write(Buffer.concat([length, text]));
        then();
      },
    };
    const modules = new Map<string, object>([
      ['outbound', outbound],
      ['transaction', { createTransaction: nothing }],
      ['outbound/queue', { queue_dir: folder.path('queue') }],
      ['plugins', { registered_plugins: {}, registered_hooks: {}, run_hooks: nothing }],
    ]);
    const plugin = { ...fakePlugin('pmdf/deliver'), haraka_require: (name: string) => modules.get(name) };
    mkdirSync(folder.path('queue'));
    return openOutboundQueue(plugin);
  }

  async function write(queue: OutboundQueue, content: Iterable<string>): Promise<unknown> {
    const text = {
      pipe: (destination: NodeJS.WritableStream) => {
        const source = Readable.from(content);
        source.once('error', (error) => destination.emit('error', error));
        return source.pipe(destination);
      },
    };
    return await queue.write(FILE, { text, notes: new Notes() });
  }

  for (const count of [0, 1, 250, 2_000]) {
    it(`counts when it is complete: ${count} kB`, async () => {
      await write(openQueue(), pieces(count));
      assert.deepEqual(readdirSync(folder.path('queue')), [NAME]);
      const text = readFileSync(folder.path(`queue/${NAME}`), 'latin1');
      assert.ok(text.endsWith(`}\nReceived: by domain.com\r\n${LINE.repeat(count)}`));
    });

    it(`does not count when the message breaks off after ${count} kB`, async () => {
      await assert.rejects(write(openQueue(), breakingOff(count)), /broke off/);
      assert.deepEqual(readdirSync(folder.path('queue')), []);
    });

    it(`does not count when it cannot get its name, after ${count} kB`, async () => {
      const queue = openQueue();
      mkdirSync(folder.path(`queue/${NAME}`));
      await assert.rejects(write(queue, pieces(count)), { code: 'EISDIR' });
      assert.deepEqual(readdirSync(folder.path('queue')), [NAME]);
    });

    it(`does not count when the folder is gone, with ${count} kB`, async () => {
      const queue = openQueue();
      rmSync(folder.path('queue'), { recursive: true });
      await assert.rejects(write(queue, pieces(count)), { code: 'ENOENT' });
    });
  }
});
