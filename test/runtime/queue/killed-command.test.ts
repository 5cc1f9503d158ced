/*
 * A command that is killed before any of its steps on disk leaves each message in one place, as it was or as it was to be; the next
 * command finishes or takes back the rest. Here the step never ends, so that nothing after it is done, and its lock is removed, as
 * the lock of a process that has ended is.
 */
import assert from 'node:assert/strict';
import fs, { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  actions,
  changeMessages,
  deleteHeld,
  findFiles,
  finishDrafts,
  makeOwnFolders,
  requeueHeld,
} from '../../../runtime/queue/index.js';
import { writeWaitingMail } from '../../e2e/support/queue-file.js';

const held =
  'X-Envelope-Lines: 4\r\nX-Envelope-From: ann@domain.com\r\nX-Envelope-To: a@other.com\r\nX-Envelope-To: b@other.com\r\n' +
  'X-Envelope-To: c@other.com\r\nSubject: x\r\n\r\n.MARK\r\n';

/** More steps than any change has. */
const mostSteps = 60;

const steps = ['rename', 'unlink', 'rm', 'open'] as const;

/** Does some work whose step of this number, and nothing after it, is never done; whether it was cut off. */
async function cutOffBefore(step: number, work: () => Promise<unknown>): Promise<boolean> {
  let left = step;
  const opened: unknown[] = [];
  const kept = steps.map((name) => [name, fs.promises[name]] as const);
  try {
    const isCut = new Promise<true>((resolve) => {
      for (const [name, real] of kept) {
        Reflect.set(fs.promises, name, async (...given: readonly unknown[]) => {
          left -= 1;
          if (left < 0) {
            resolve(true);
            await new Promise(() => undefined);
          }
          const done: unknown = await Reflect.apply(real, fs.promises, given);
          opened.push(done);
          return done;
        });
      }
    });
    return await Promise.race([isCut, work().then(() => false)]);
  } finally {
    for (const [name, real] of kept) Reflect.set(fs.promises, name, real);
    for (const one of opened) {
      // Those that were closed already do not mind.
      if (typeof one === 'object' && one !== null && 'close' in one)
        await Reflect.apply(Object(one.close), one, []);
    }
  }
}

/** Where a message may be found after a change that may have been cut off, by the number of its copies in each place. */
interface Places {
  readonly held: number;
  readonly waiting: number;
  readonly onHold: number;
  /** Files that are none of these, such as drafts. */
  readonly left: number;
}

interface Row {
  readonly what: string;
  readonly before: Places;
  readonly after: Places;
}

const nowhere: Places = { held: 0, waiting: 0, onHold: 0, left: 0 };

const rows: readonly Row[] = [
  { what: 'requeue', before: { ...nowhere, held: 1 }, after: { ...nowhere, onHold: 3 } },
  { what: 'discard', before: { ...nowhere, held: 1 }, after: nowhere },
  { what: 'hold', before: { ...nowhere, waiting: 1 }, after: { ...nowhere, onHold: 1 } },
  { what: 'release', before: { ...nowhere, onHold: 1 }, after: { ...nowhere, waiting: 1 } },
  { what: 'return', before: { ...nowhere, onHold: 1 }, after: { ...nowhere, waiting: 1 } },
  { what: 'delete', before: { ...nowhere, waiting: 1 }, after: nowhere },
];

describe('a command that changes mail, killed at any step', () => {
  let root = '';
  const queue = (): string => join(root, 'queue');
  const heldFolder = (): string => join(root, 'held');
  const onHold = (): string => join(queue(), 'pmdf', 'onhold');
  const drafts = (): string => join(queue(), 'pmdf', 'drafts');

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'pmdf-killed-'));
    for (const folder of [queue(), heldFolder()]) mkdirSync(folder);
    makeOwnFolders(queue());
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** Makes the message; its path or id. */
  function make({ what, before }: Row): string {
    for (const folder of [queue(), heldFolder(), onHold(), drafts()]) {
      for (const name of readdirSync(folder)) if (name !== 'pmdf') rmSync(join(folder, name));
    }
    if (what === 'requeue' || what === 'discard') {
      const path = join(heldFolder(), 'A.HELD');
      writeFileSync(path, held);
      return path;
    }
    const mail = { from: 'ann@domain.com', to: ['x@other.com'], notes: {}, message: 'Subject: x\n\n.MARK\n' };
    writeWaitingMail(before.onHold > 0 ? onHold() : queue(), mail);
    const [id = ''] = findFiles(queue()).keys();
    return id;
  }

  function wholeIn(folder: string, ending: string): number {
    const names = readdirSync(folder).filter((name) => name !== 'pmdf');
    for (const name of names) assert.ok(readFileSync(join(folder, name), 'latin1').endsWith(ending), name);
    return names.length;
  }

  function places(): Places {
    return {
      held: wholeIn(heldFolder(), '\r\n.MARK\r\n'),
      waiting: wholeIn(queue(), '\r\n..MARK\r\n'),
      onHold: wholeIn(onHold(), '\r\n..MARK\r\n'),
      // Those of a process that runs are left to it.
      left: readdirSync(drafts()).filter((name) => !name.includes(`.${process.pid}.`)).length,
    };
  }

  async function change(what: string, which: string): Promise<unknown> {
    const folders = { queue: queue(), held: heldFolder() };
    const action = actions.find((one) => one === what);
    if (action !== undefined) return await changeMessages(queue(), action, [which], Date.now());
    return what === 'requeue'
      ? await requeueHeld(folders, which, Date.now())
      : await deleteHeld(folders, which);
  }

  /** As if the process had ended. */
  function removeLocks(): void {
    const own = join(queue(), 'pmdf');
    for (const name of readdirSync(own)) if (name.endsWith('.lock')) rmSync(join(own, name));
  }

  for (const row of rows) {
    it(`${row.what} leaves it as it was, or as it was to be`, async () => {
      const seen = new Set<string>();
      let isCut = true;
      for (let step = 0; isCut; step += 1) {
        assert.ok(step < mostSteps, 'it never ends');
        const which = make(row);
        isCut = await cutOffBefore(step, () => change(row.what, which));
        removeLocks();
        await finishDrafts({ queue: queue(), held: heldFolder() });
        seen.add(JSON.stringify(places()));
      }
      assert.deepEqual([...seen].sort(), [JSON.stringify(row.before), JSON.stringify(row.after)].sort());
    });
  }
});
