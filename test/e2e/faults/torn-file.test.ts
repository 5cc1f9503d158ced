/*
 * A queue file whose writing was interrupted never counts as written, whichever of Haraka's two clean-ups wins: the one
 * that removes the file, or the one that gives it its final name. The race is simulated, since a real disk does not
 * lose it on demand.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createWriteStream, readdirSync, renameSync } from 'node:fs';
import { Readable } from 'node:stream';
import { openOutboundQueue, type QueueFile } from '../../../plugins/haraka/queue/outbound-queue.js';
import type { HarakaAddress, HarakaNotes } from '../../../plugins/haraka/types.js';
import { fakePlugin } from '../../plugins/fakes.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { until } from '../support/until.js';

class Notes implements HarakaNotes {
  get(): unknown {
    return undefined;
  }
  set(): void {}
}

class Todo {
  readonly text: { pipe(destination: NodeJS.WritableStream): unknown };

  constructor(
    _domain: string,
    _recipients: readonly HarakaAddress[],
    transaction: { message_stream: Todo['text'] },
  ) {
    this.text = transaction.message_stream;
  }
}

class HMailItem {
  get_mx_respond(): void {}
  data_stream(): void {}
  discard(): void {}
  bounce(): void {}
  temp_fail(): void {}
  extend_rcpt_with_dsn(): void {}
}

type Race = 'all is well' | 'the name wins' | 'the removal wins, and the name comes later';

const nobody: HarakaAddress = { user: '', host: '', original: '<>', address: '', format: () => '<>' };
const FILE: QueueFile = {
  domain: 'other.com',
  recipients: [],
  from: nobody,
  notes: {},
  uuid: 'A.1.1',
  header: ['Received: by domain.com'],
};

describe('a queue file', () => {
  const folder = temporaryFolder();

  function write(race: Race): Promise<unknown> {
    const outbound = {
      TODOItem: Todo,
      HMailItem,
      delivery_queue: { push: () => undefined },
      net_utils: { get_mx: async () => [] },
      build_todo: (_todo: object, _file: object, then: () => void) => then(),
      process_delivery: async (paths: { push(path: string): void }, todo: Todo, items: object[]) => {
        const file = createWriteStream(folder.path('__tmp__.1'));
        outbound.build_todo(todo, file, () => todo.text.pipe(file));
        file.on('error', () => undefined);
        await once(file, 'open');
        if (race !== 'all is well') file.destroy(new Error('no space left'));
        await new Promise<void>((resolve) => file.once('close', () => resolve()));
        const name = (): void => {
          renameSync(folder.path('__tmp__.1'), folder.path('1'));
          items.push({});
          paths.push(folder.path('1'));
        };
        if (race !== 'the removal wins, and the name comes later') return name();
        setImmediate(name);
        throw new Error('Queueing failed');
      },
    };
    const modules = new Map<string, object>([
      ['outbound', outbound],
      ['plugins', { registered_plugins: {}, registered_hooks: {}, run_hooks: () => undefined }],
    ]);
    const plugin = { ...fakePlugin('pmdf/deliver'), haraka_require: (name: string) => modules.get(name) };
    const text = {
      pipe: (destination: NodeJS.WritableStream) => Readable.from(['Hello.\r\n']).pipe(destination),
    };
    return openOutboundQueue(plugin).write(FILE, { text, notes: new Notes() });
  }

  it('counts when it is complete', async () => {
    await write('all is well');
    assert.deepEqual(readdirSync(folder.path()), ['1']);
  });

  for (const race of ['the name wins', 'the removal wins, and the name comes later'] as const) {
    it(`does not count, and is removed, when it is incomplete: ${race}`, async () => {
      await assert.rejects(write(race));
      await until(
        () => readdirSync(folder.path()).length === 0,
        5_000,
        () => 'an empty folder',
      );
    });
  }
});
