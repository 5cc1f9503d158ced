/*
 * Haraka's queue files for which writing fails.
 */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { requireWholeFiles } from '../../../../plugins/haraka/queue/whole-files.js';
import { until } from '../../../e2e/support/until.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

describe('a queue file', () => {
  const folder = temporaryFolder();

  /** Core's queue, which renames a file and says so, even if writing failed; `late` renames after the failure. */
  function outboundWith({ fails, late }: { fails: boolean; late: boolean }) {
    const events = new EventEmitter();
    return {
      renamed: once(events, 'renamed'),
      build_todo: (_todo: object, stream: EventEmitter, then: () => void) => {
        if (fails) stream.emit('error', new Error('ENOSPC'));
        then();
      },
      async process_delivery(paths: { push(path: string): void }, todo: object, mails: object[]) {
        const path = folder.path('queued');
        await new Promise<void>((resolve) => this.build_todo(todo, new EventEmitter(), resolve));
        const rename = (): void => {
          writeFileSync(path, '');
          mails.push({});
          paths.push(path);
          events.emit('renamed');
        };
        if (!late) return rename();
        setImmediate(rename);
        throw new Error('Queueing failed');
      },
    };
  }

  function pluginOf(outbound: object) {
    return { name: 'pmdf/deliver', haraka_require: () => outbound };
  }

  for (const [is, options, isQueued] of [
    ['written whole is queued', { fails: false, late: false }, true],
    ['that failed is not, though it was renamed', { fails: true, late: false }, false],
    ['that failed and is renamed later is not', { fails: true, late: true }, false],
  ] as const)
    it(`${is}`, async () => {
      const outbound = outboundWith(options);
      Reflect.apply(requireWholeFiles, undefined, [pluginOf(outbound)]);
      const paths: string[] = [];
      const mails: object[] = [];
      const done = outbound.process_delivery(paths, {}, mails);
      if (isQueued) await done;
      else await assert.rejects(done);
      await outbound.renamed;
      assert.deepEqual([paths.length, mails.length], isQueued ? [1, 1] : [0, 0]);
      await until(
        () => existsSync(folder.path('queued')) === isQueued,
        2_000,
        () => `the file ${isQueued ? 'there' : 'removed'}`,
      );
    });

  it('of another Haraka version prevents the start', () => {
    assert.throws(
      () => Reflect.apply(requireWholeFiles, undefined, [pluginOf({})]),
      /outbound\.process_delivery; use Haraka 3\.3/,
    );
  });
});
