/*
 * The example configuration as `pmdf explain` sees it: every kind of client and recipient, and the result for each.
 */
import assert from 'node:assert/strict';
import { CommandFolder } from './support/command-folder.js';

/** Deliveries as JSON, or the rejection. */
type Expected =
  | { readonly channel: string; readonly deliveries: string; readonly rewritten?: string }
  | { readonly code: number; readonly text: RegExp; readonly entries: readonly string[] };

const rows: readonly (readonly [string, string, string, string, Expected])[] = [
  [
    'our own user',
    '192.0.2.7',
    'tcp_local',
    'bob@domain.com',
    { channel: 'l', deliveries: '[{"address":"bob@domain.com","channel":"l"}]' },
  ],
  [
    'a forwarded user',
    '192.0.2.7',
    'tcp_local',
    'jane.doe@domain.com',
    {
      channel: 'process',
      deliveries:
        '[{"address":"jdoe@other.com","channel":"process","then":[{"address":"jdoe@other.com","channel":"tcp_local"}]}]',
    },
  ],
  [
    'relaying from outside',
    '192.0.2.7',
    'tcp_local',
    'bob@other.com',
    { code: 550, text: /^5\.7\.1 Relaying not permitted/, entries: ['mappings:8'] },
  ],
  [
    'relaying from inside',
    '127.0.1.5',
    'tcp_internal',
    'bob@other.com',
    { channel: 'tcp_local', deliveries: '[{"address":"bob@other.com","channel":"tcp_local"}]' },
  ],
  [
    'a percent hop',
    '192.0.2.7',
    'tcp_local',
    'victim%evil.example@domain.com',
    { code: 550, text: /^5\.7\.1 /, entries: ['built-in:5'] },
  ],
  [
    'a host below the domain',
    '192.0.2.7',
    'tcp_local',
    'x@sub.domain.com',
    { channel: 'tcp_internal', deliveries: '[{"address":"x@sub.domain.com","channel":"tcp_internal"}]' },
  ],
  [
    'the name of a channel',
    '192.0.2.7',
    'tcp_local',
    'v@process-daemon',
    { code: 550, text: /^5\.1\.2 /, entries: [] },
  ],
  [
    'postmaster from outside',
    '192.0.2.7',
    'tcp_local',
    'postmaster',
    {
      channel: 'l',
      rewritten: 'postmaster@domain.com',
      deliveries: '[{"address":"postmaster@domain.com","channel":"l"}]',
    },
  ],
  [
    'postmaster from inside',
    '127.0.1.5',
    'tcp_internal',
    'postmaster',
    { channel: 'l', deliveries: '[{"address":"postmaster@domain.com","channel":"l"}]' },
  ],
];

describe('the example configuration', () => {
  const command = new CommandFolder();

  for (const [name, client, source, to, expected] of rows) {
    it(name, async () => {
      const run = await command.call(
        'explain',
        '--client',
        client,
        '--from',
        'a@b.example',
        '--to',
        to,
        '--json',
      );
      const report = JSON.parse(run.stdout);
      assert.equal(report.client.channel, source);
      assert.equal(report.client.switched, source === 'tcp_internal');
      assert.equal(report.from.verdict, 'accept');
      const [recipient] = report.to;
      assert.equal(recipient.address, to);
      if ('code' in expected) {
        assert.equal(run.exitCode, 1);
        assert.deepEqual([recipient.verdict, recipient.code], ['reject', expected.code]);
        assert.match(recipient.text, expected.text);
        assert.deepEqual(recipient.entries, expected.entries);
        assert.deepEqual(recipient.deliveries, []);
      } else {
        assert.equal(run.exitCode, 0);
        assert.deepEqual([recipient.verdict, recipient.code], ['accept', 250]);
        assert.equal(recipient.channel, expected.channel);
        assert.equal(JSON.stringify(recipient.deliveries), expected.deliveries);
        if (expected.rewritten !== undefined) assert.equal(recipient.rewritten, expected.rewritten);
      }
    });
  }

  it('switches a client by its confirmed name', async () => {
    const run = await command.call(
      ...['explain', '--client', '192.0.2.7', '--name', 'pc.sub.domain.com', '--from', ''],
      ...['--to', 'bob@other.com', '--json'],
    );
    const report = JSON.parse(run.stdout);
    assert.equal(report.client.channel, 'tcp_internal');
    assert.equal(report.client.relaying, true);
    assert.equal(report.to[0].verdict, 'accept');
  });

  it('gives one trace for each decision, which ends with the verdict', async () => {
    const run = await command.call(
      ...['explain', '--client', '192.0.2.7', '--from', 'a@b.example', '--to', 'bob@other.com'],
      ...['x@sub.domain.com', '--to', 'bob@domain.com', '--json'],
    );
    const report = JSON.parse(run.stdout);
    assert.equal(report.to.length, 3);
    for (const { trace, verdict } of report.to) assert.equal(trace.at(-1).verdict, verdict);
  });
});
