/*
 * `pmdf queue` and `pmdf held`: what is listed, selected and shown, and that no file in the folders, whatever it is, ends the
 * command, is followed, or goes unnamed.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type WaitingMail, writeWaitingMail } from '../e2e/support/queue-file.js';
import { CommandFolder } from './support/command-folder.js';

const message = 'Subject: hello\nX-Bad: \u001b[31m\n\n.body\n';

function onChannel(channel: string): Readonly<Record<string, unknown>> {
  return {
    pmdf: { channel, address: 'x@other.com' },
    pmdf_attempts: [['Wed, 02 Dec 2026 10:00:00 +0000', [['mx.other.com', '451 4.3.0 try later', null]]]],
  };
}

const mails: readonly WaitingMail[] = [
  { from: 'ann@domain.com', to: ['x@other.com'], ageHours: 50, notes: onChannel('tcp_local'), message },
  { from: '', to: ['bob@domain.com'], ageHours: 3, notes: onChannel('l'), message },
  { from: 'Kim@Domain.com', to: ['y@Third.example', 'z@third.example'], ageHours: 1, notes: {}, message },
];

interface Answer {
  readonly exitCode: number | null;
  readonly from: readonly string[];
  readonly broken: readonly string[];
}

describe('pmdf queue and pmdf held', () => {
  const folder = new CommandFolder();

  before(() => {
    mkdirSync(folder.path('queue'));
    mkdirSync(folder.path('held'));
    for (const mail of mails) writeWaitingMail(folder.path('queue'), mail);
    writeFileSync(
      path.join(folder.path('held'), 'A1.1.HELD'),
      'X-Envelope-From: ann@domain.com\r\nX-Envelope-Parameters: RET=HDRS\r\nX-Envelope-To: x@other.com\r\n' +
        'X-Envelope-Parameters: NOTIFY=NEVER\r\nX-Envelope-To: jos\u00e9@other.com\r\nSubject: hi\r\n\r\nhi\r\n',
    );
  });

  async function ask(...words: readonly string[]): Promise<Answer> {
    const { stdout, exitCode } = await folder.call(...words, '--json');
    const { messages, broken } = JSON.parse(stdout) as {
      messages: { from: string }[];
      broken: { path: string }[];
    };
    return {
      exitCode,
      from: messages.map((one) => one.from),
      broken: broken.map((one) => path.basename(one.path)),
    };
  }

  const rows: readonly [words: readonly string[], found: readonly number[], exitCode: number][] = [
    [[], [0, 1, 2], 0],
    [['--channel', 'l'], [1], 0],
    [['--channel', 'nowhere'], [], 1],
    [['--domain', 'third.example'], [2], 0],
    [['--domain', 'OTHER.com'], [0], 0],
    [['--sender', 'kim@domain.com'], [2], 0],
    [['--sender', '@domain.com'], [0, 2], 0],
    [['--sender', '<>'], [1], 0],
    [['--older', '2d'], [0], 0],
    [['--older', '120m'], [0, 1], 0],
    [['--older', '120m', '--channel', 'tcp_local'], [0], 0],
    [['--older', '9d'], [], 1],
  ];
  for (const [words, found, exitCode] of rows) {
    it(`list ${words.join(' ')}`, async () => {
      const expected = mails.filter((_, at) => found.includes(at)).map(({ from }) => from);
      assert.deepEqual(await ask('queue', 'list', ...words), { exitCode, from: expected, broken: [] });
    });
  }

  it('refuses an age without a unit', async () => {
    const { stderr, exitCode } = await folder.call('queue', 'list', '--older', '5');
    assert.equal(exitCode, 64);
    assert.match(stderr, /`5` is not an age/);
  });

  it('lists one line for each message, with the last answer', async () => {
    const { stdout } = await folder.call('queue', 'list', '--channel', 'tcp_local');
    const [, line = ''] = stdout.split('\n');
    assert.match(
      line,
      /^\d+_AbCdEf +tcp_local +\d+ +2d +now +ann@domain.com +x@other.com +451 4.3.0 try later$/,
    );
  });

  it('shows one message by its id, safe for a terminal, and misses another', async () => {
    const [name = ''] = readdirSync(folder.path('queue')).sort();
    const [arrival, , , , tag] = name.split('_');
    const shown = await folder.call('queue', 'show', `${arrival}_${tag}`, '1_none');
    assert.equal(shown.exitCode, 1);
    assert.match(shown.stderr, /there is no message `1_none`/);
    assert.match(shown.stdout, /^from: ann@domain.com\nto: x@other.com\n\n {2}Subject: hello\n/m);
    assert.ok(!shown.stdout.includes('\u001b'));
  });

  it('lists and shows held messages', async () => {
    const shown = await folder.call('held', 'show', 'A1.1');
    assert.equal(shown.exitCode, 0);
    assert.match(shown.stdout, /^to: x@other.com\nto: jos\u00e9@other.com\n\n {2}Subject: hi\n/m);
    assert.deepEqual((await ask('held', 'list', '--domain', 'other.com')).from, ['ann@domain.com']);
  });

  it('changes nothing that is not named, and nothing without pmdf/deliver', async () => {
    const unnamed = await folder.call('queue', 'delete');
    assert.equal(unnamed.exitCode, 64);
    const refused = await folder.call('queue', 'hold', '--older', '0m');
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /^pmdf: pmdf\/deliver is not in config\/plugins: /);
    assert.equal(readdirSync(folder.path('queue')).length, mails.length);
  });

  describe('with pmdf/deliver', () => {
    const plugins = (): string => path.join(folder.path('config'), 'plugins');

    before(() => writeFileSync(plugins(), 'queue/smtp_forward\npmdf/deliver\n'));
    after(() => {
      rmSync(plugins());
      rmSync(path.join(folder.path('queue'), 'pmdf'), { recursive: true });
    });

    it('deletes nothing that is not there', async () => {
      const { stdout, exitCode } = await folder.call('queue', 'delete', '1_none');
      assert.deepEqual([stdout, exitCode], ['0 messages deleted\n', 1]);
    });

    it('stops and starts a channel', async () => {
      assert.equal((await folder.call('queue', 'stop', 'tcp_locall')).exitCode, 1);
      const texts: string[] = [];
      for (const action of ['stop', 'stop', 'start', 'start']) {
        const { stdout } = await folder.call('queue', action, 'tcp_local');
        const listed = (await folder.call('queue', 'list', '--channel', 'tcp_local')).stdout;
        texts.push(`${stdout.trim()}: ${/ (stopped|now) /.exec(listed)?.[1]}`);
      }
      assert.deepEqual(texts, [
        'the channel tcp_local is stopped: stopped',
        'the channel tcp_local was stopped already: stopped',
        'the channel tcp_local is started: now',
        'the channel tcp_local was not stopped: now',
      ]);
    });

    it('does not release a message whose envelope has no certain end', async () => {
      const { stdout, exitCode } = await folder.call('held', 'release', 'A1.1');
      assert.equal(exitCode, 1);
      assert.match(stdout, /^A1\.1 {2}failed: a former version has held it, /);
      assert.ok(readdirSync(folder.path('held')).includes('A1.1.HELD'));
    });

    it('does nothing while a process that cannot be asked may run', async () => {
      const silent = path.join(folder.path('queue'), 'pmdf', 'processes', '1.0123456789ab.silent');
      writeFileSync(silent, 'not known');
      try {
        const { stderr, exitCode } = await folder.call('queue', 'hold', '--older', '0m');
        assert.equal(exitCode, 1);
        assert.match(stderr, /^pmdf: Haraka runs and cannot be asked: /);
      } finally {
        rmSync(silent);
      }
    });
  });

  describe('pmdf qm', () => {
    const plugins = (): string => path.join(folder.path('config'), 'plugins');

    before(() => writeFileSync(plugins(), 'queue/smtp_forward\npmdf/deliver\n'));
    after(() => {
      rmSync(plugins());
      rmSync(path.join(folder.path('queue'), 'pmdf'), { recursive: true });
    });

    async function talk(...lines: readonly string[]): Promise<string> {
      const { stdout, stderr } = await folder.runInOneProcess({
        words: ['qm'],
        input: `${lines.join('\n')}\n`,
      });
      assert.equal(stderr, '');
      return stdout;
    }

    it('lists with numbers, in which messages are held, released and named', async () => {
      const said = await talk(
        'dir',
        'hold 4',
        'held',
        'release 2',
        'history 2',
        'delete 9',
        'delete',
        'exit',
        'help',
      );
      assert.match(
        said,
        /^Channel: tcp_local {16}Size Queued since\n-{62}\n {4}4 \d+_AbCdEf\.00 +1 \d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d$/m,
      );
      assert.match(said, /^Grand total size: {20}4$/m);
      assert.match(said, /^qm\.maint> hold 4\n%QM-I-HELD, held the message file (\d+_AbCdEf)\.00$/m);
      assert.match(said, /^%QM-I-RELEASED, released the message file \d+_AbCdEf\.HELD$/m);
      assert.match(said, /^\d+_AbCdEf\.HELD: 0 attempts; the last answer: /m);
      assert.match(said, /^%QM-E-ERROR, the last listing has no 9$/m);
      assert.match(said, /^%QM-E-ERROR, which messages is not said$/m);
      assert.ok(said.endsWith('qm.maint> exit\n'), said);
      assert.deepEqual((await ask('queue', 'list')).from.length, mails.length);
    });

    it('sums up channels, and says which are stopped', async () => {
      const said = await talk('stop l', 'summarize', 'start l', 'd 1');
      assert.match(said, /^%QM-I-STOP, the channel l is stopped$/m);
      assert.match(said, /^l \(stopped\) +1 +0\.0$/m);
      assert.match(said, /^%QM-I-START, the channel l is started$/m);
      assert.match(said, /^%QM-E-ERROR, `d` may be delete or directory$/m);
    });

    it('does one sub-command of the command line', async () => {
      const { stdout, exitCode } = await folder.call('qm', 'directory', '-held');
      assert.equal(exitCode, 0);
      assert.match(stdout, /^Channel: - {24}Size Queued since\n-{62}\n {4}1 A1\.1\.HELD +1 /m);
      assert.equal((await folder.call('qm', 'delete', '1')).exitCode, 64);
      assert.equal((await folder.call('qm', 'delete', '1_none')).exitCode, 1);
      assert.equal((await folder.call('qm', 'purge')).exitCode, 64);
    });
  });

  it('names hostile files, follows none and leaves all of them', async () => {
    const queue = folder.path('queue');
    const named = (number: number): string => path.join(queue, `1_1_0_1_Bad${number}_1_host`);
    const length = (octets: number): Buffer => {
      const buffer = Buffer.alloc(4);
      buffer.writeUInt32BE(octets);
      return buffer;
    };
    const head = (json: string): Buffer => Buffer.concat([length(json.length), Buffer.from(json)]);
    writeFileSync(named(1), '');
    writeFileSync(named(2), length(500));
    writeFileSync(named(3), Buffer.concat([length(0xffffffff), Buffer.alloc(100)]));
    writeFileSync(named(4), head('{"mail_from": ['));
    writeFileSync(named(5), head('{"mail_from": "<a@b>", "rcpt_to": 1, "notes": []}'));
    writeFileSync(named(6), head('null'));
    writeFileSync(named(7), length(17 * 1024 * 1024));
    truncateSync(named(7), 3 * 1024 * 1024 * 1024);
    symlinkSync('/etc/passwd', named(8));
    execFileSync('mkfifo', [named(9)]);
    mkdirSync(named(10));
    writeFileSync(path.join(queue, 'error.1_1_0_1_Cut_1_host'), 'x');
    writeFileSync(path.join(queue, 'no\u001bname'), 'x');
    symlinkSync('/etc/passwd', path.join(folder.path('held'), 'B.HELD'));
    writeFileSync(path.join(folder.path('held'), 'C.HELD'), 'Subject: no envelope\r\n\r\n');
    const before = readdirSync(queue);
    try {
      const inQueue = await ask('queue', 'list');
      assert.equal(inQueue.exitCode, 1);
      assert.deepEqual(
        inQueue.from,
        mails.map(({ from }) => from),
      );
      assert.equal(inQueue.broken.length, 12);
      const text = await folder.call('queue', 'list');
      assert.match(text.stderr, /no\\u\{1b\}name` is left alone: its name is not that of a queue file/);
      assert.deepEqual((await ask('held', 'list')).broken, ['B.HELD', 'C.HELD']);
      assert.deepEqual(readdirSync(queue), before);
    } finally {
      for (const name of before)
        if (!/_AbCdEf_/.test(name)) rmSync(path.join(queue, name), { recursive: true });
    }
  });
});
