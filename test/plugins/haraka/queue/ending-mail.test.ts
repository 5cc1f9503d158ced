/*
 * What becomes of a queue file when Haraka would defer or bounce it: the teller decides, and a file is removed only when the
 * sender has been told.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import * as constants from 'haraka-constants';
import { type Deferral, notesSaver, tellSenders } from '../../../../plugins/haraka/queue/ending-mail.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';
import { fakePlugin } from '../../fakes.js';

const PREFIX = '__tmp__.';

/** A Haraka whose queue files do nothing but note what core would do. */
function start(told: { returned?: () => Promise<void>; deferred?: () => Promise<Deferral> }, folder = '/') {
  const events: string[] = [];
  const errors: string[] = [];
  const later: (() => void)[] = [];
  class Mail {
    readonly filename = 'FILE';
    readonly path = path.join(folder, 'FILE');
    todo: object | null = { queue_time: 0, notes: {}, rcpt_to: [] };
    num_failures = 0;
    readonly cfg = { temp_fail_intervals: [10, 20] };
    bounce_error: unknown = new Error('why');
    data_start = 0;
    file_size = 0;
    refcount = 1;

    temp_fail(cause: unknown): void {
      this.num_failures += 1;
      events.push(`temp_fail ${cause} ${this.num_failures}`);
      this.deferred_respond(constants.cont, undefined, {
        delay: this.cfg.temp_fail_intervals[this.num_failures - 1],
      });
    }
    convert_temp_failed_to_bounce(cause: string): void {
      events.push(`bounce ${cause}`);
    }
    deferred_respond(_code: number, _message: unknown, { delay }: { delay: number | undefined }): void {
      events.push(`deferred ${delay}`);
    }
    bounce_respond(code: number): void {
      events.push(`core ${code}`);
    }
    discard(): void {
      events.push('discard');
    }
    next_cb(): void {
      events.push('next');
    }
    bounce(): void {}
    data_stream(): Readable {
      return Readable.from([Buffer.from('From: a\r\n\r\nHello.\r\n')]);
    }
  }
  const outbound = {
    HMailItem: Mail,
    qfile: { platformDOT: PREFIX },
    build_todo: (todo: object, stream: NodeJS.WritableStream, then: () => void) => {
      stream.write(JSON.stringify(todo));
      process.nextTick(then);
    },
    temp_fail_queue: { add: (_id: string, _ms: number, then: () => void) => later.push(then) },
    delivery_queue: { push: () => events.push('again') },
  };
  const plugin = {
    ...fakePlugin('pmdf/deliver'),
    logerror: (text: string | object) => errors.push(String(text)),
    haraka_require: (name: string) => (name === 'outbound/queue' ? { queue_dir: folder } : outbound),
  };
  tellSenders(plugin, {
    returned: told.returned ?? (() => Promise.resolve()),
    deferred: told.deferred ?? (() => Promise.resolve({ kind: 'wait', mostMs: Number.POSITIVE_INFINITY })),
  });
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { mail: new Mail(), events, errors, later, settled, plugin };
}

describe('a file that cannot be delivered', () => {
  it('is removed when its sender has been told', async () => {
    let tell: () => void = () => undefined;
    const { mail, events, settled } = start({
      returned: () =>
        new Promise((resolve) => {
          tell = resolve;
        }),
    });
    mail.bounce_respond(constants.cont);
    await settled();
    assert.deepEqual(events, []);
    tell();
    await settled();
    assert.deepEqual(events, ['discard']);
  });

  it('is kept and tried again when its sender could not be told', async () => {
    const { mail, events, errors, later, settled } = start({
      returned: () => Promise.reject(new Error('ENOSPC')),
    });
    mail.bounce_respond(constants.cont);
    await settled();
    assert.deepEqual(events, ['next']);
    assert.match(errors.join(), /none could be written for FILE: ENOSPC/);
    later[0]?.();
    assert.deepEqual(events, ['next', 'again']);
  });

  it('is left to core when a plugin says that nobody is told', async () => {
    const { mail, events, settled } = start({ returned: () => Promise.reject(new Error('asked')) });
    mail.bounce_respond(constants.ok);
    await settled();
    assert.deepEqual(events, [`core ${constants.ok}`]);
  });
});

describe('a file that is deferred', () => {
  it('is tried again without end, at the last interval', async () => {
    const { mail, events, settled } = start({});
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      mail.temp_fail('no');
      await settled();
    }
    assert.deepEqual(events, [
      'temp_fail no 1',
      'deferred 10',
      'temp_fail no 2',
      'deferred 20',
      'temp_fail no 2',
      'deferred 20',
      'temp_fail no 2',
      'deferred 20',
    ]);
  });

  it('is tried again at the next age at the latest', async () => {
    const { mail, events, settled } = start({
      deferred: () => Promise.resolve({ kind: 'wait', mostMs: 4_500 }),
    });
    mail.temp_fail('no');
    await settled();
    assert.deepEqual(events, ['temp_fail no 1', 'deferred 5']);
  });

  it('is returned at the last age', async () => {
    const { mail, events, settled } = start({ deferred: () => Promise.resolve({ kind: 'return' }) });
    mail.temp_fail('no');
    await settled();
    assert.deepEqual(events, ['bounce Too many failures (no)']);
  });

  it('is deferred as core does when nothing can be decided, or it could not be read', async () => {
    const { mail, events, errors, settled } = start({ deferred: () => Promise.reject(new Error('what')) });
    mail.temp_fail('no');
    await settled();
    mail.todo = null;
    mail.temp_fail('no');
    await settled();
    assert.deepEqual(events, ['temp_fail no 1', 'deferred 10', 'temp_fail no 2', 'deferred 20']);
    assert.equal(errors.length, 1);
  });
});

describe('notes of a queue file', () => {
  const folder = temporaryFolder();
  const save = (plugin: object, mail: object): Promise<void> =>
    Reflect.apply(Reflect.apply(notesSaver, undefined, [plugin]), undefined, [mail]);

  it('are written with the message, in place of the file', async () => {
    const { mail, plugin } = start({}, folder.path('.'));
    const before = `{}From: a\r\n\r\nHello.\r\n`;
    writeFileSync(mail.path, before);
    mail.file_size = before.length;
    mail.data_start = 2;
    const todo = { queue_time: 1, note: 'new' };
    mail.todo = todo;
    await save(plugin, mail);
    const text = `${JSON.stringify(todo)}From: a\r\n\r\nHello.\r\n`;
    assert.equal(readFileSync(mail.path, 'utf8'), text);
    assert.equal(mail.data_start, JSON.stringify(todo).length);
    assert.equal(mail.file_size, text.length);
    assert.deepEqual(readdirSync(folder.path('.')), ['FILE']);
  });

  it('leave the file as it is when they cannot be written', async () => {
    const { mail, plugin } = start({}, folder.path('.'));
    writeFileSync(mail.path, 'as it was');
    mail.data_stream = () =>
      new Readable({
        read() {
          this.destroy(new Error('EIO'));
        },
      });
    await assert.rejects(save(plugin, mail), /EIO/);
    assert.equal(readFileSync(mail.path, 'utf8'), 'as it was');
    assert.deepEqual(readdirSync(folder.path('.')), ['FILE']);
  });
});
