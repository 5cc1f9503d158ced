/*
 * What is read from logs: from each line, and from several lines about one request.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logReader } from '../../../bin/replay/log-format.js';
import type { LoggedRequest } from '../../../bin/replay/logged-request.js';
import { parseClient, parsePostfixLine, parseRefusal } from '../../../bin/replay/postfix-line.js';
import { projectRoot } from '../../support/project-root.js';
import { readLog } from './read-log.js';

function fixture(name: string): readonly string[] {
  const path = join(projectRoot, 'test', 'bin', 'fixtures', 'logs', name);
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** A request in short. */
function short({ client, from, to, happened }: LoggedRequest): string {
  const { client: end, reverseName, authUser, tls } = client;
  const name = reverseName.kind === 'confirmed' ? reverseName.name : '';
  const who = [end.address, name, authUser ?? '', tls ? 'tls' : ''].filter((part) => part !== '').join(' ');
  const what = [happened.verdict, happened.code ?? '', happened.entry ?? ''].filter((part) => part !== '');
  return `${who}: <${from ?? '?'}> <${to ?? '?'}> ${what.join(' ')}`;
}

const ofGateway = [
  '127.0.0.7 mail.b.example: <a@b.example> <bob@domain.com> accept',
  '127.0.0.8: <a@b.example> <bob@other.com> reject 550 mappings:11',
  '127.0.0.8: <> <bob@domain.com> accept',
  '127.0.0.8: <> <victim%evil.example@domain.com> reject 550 built-in:5',
  '127.0.0.8: <> <jane.doe@domain.com> accept',
  '127.0.1.5: <bob@domain.com> <bob@other.com> accept',
  '127.0.1.5: <bob@domain.com> <jane.doe@domain.com> accept',
  '127.0.0.9: <spammer@b.example> <?> reject 550 mappings:7',
  '127.0.0.66: <?> <?> reject 554 mappings:3',
];

describe('the log of Haraka', () => {
  for (const format of ['default', 'logfmt', 'json']) {
    it(`reads the same from the format ${format}`, () => {
      const { requests, kinds } = readLog(fixture(`haraka-${format}.log`));
      assert.deepEqual(requests.map(short), ofGateway);
      assert.equal(kinds.filter((kind) => kind === 'unknown').length, 4);
    });
  }

  it('reads HELO, and the address the client connected to', () => {
    const [first] = readLog(fixture('haraka-default.log')).requests;
    assert.deepEqual(first?.client, {
      client: { address: '127.0.0.7', port: 0 },
      server: { address: '127.0.0.1', port: 37919 },
      reverseName: { kind: 'confirmed', name: 'mail.b.example' },
      helo: 'mail.b.example',
      esmtp: true,
      tls: false,
      authUser: null,
    });
  });

  it('counts the earlier recipients of each message', () => {
    const { requests } = readLog(fixture('haraka-default.log'));
    assert.deepEqual(
      requests.map(({ earlierRecipients }) => earlierRecipients),
      [0, 0, 0, 1, 2, 0, 0, 0, 0],
    );
  });

  it('distinguishes recipients that no plugin accepted from accepted ones', () => {
    assert.deepEqual(readLog(fixture('stock-haraka.log')).requests.map(short).slice(0, 6), [
      '127.0.0.7 mail.b.example: <a@b.example> <bob@domain.com> accept',
      '127.0.0.8: <a@b.example> <bob@other.com> reject 550',
      '127.0.0.8: <> <bob@domain.com> accept',
      '127.0.0.8: <> <victim%evil.example@domain.com> accept',
      '127.0.0.8: <> <jane.doe@domain.com> accept',
      '127.0.1.5: <bob@domain.com> <bob@other.com> reject 550',
    ]);
  });

  const id = '[NOTICE] [0A0B0C0D-0000-4000-8000-000000000001';
  const connect = `${id}] [core] connect ip=192.0.2.7 port=1 local_ip=192.0.2.1 local_port=25`;
  const sender = `${id}.1] [core] sender <a@b.example> code=CONT msg=""`;
  function recipient(address: string, code = 'OK', msg = '""'): string {
    return `${id}.1] [core] recipient <${address}> code=${code} msg=${msg} sender=a@b.example`;
  }
  function disconnect(rcpts: string, lr = '', tls = 'N'): string {
    return `${id}.1] [core] disconnect ip=192.0.2.7 rdns=NXDOMAIN helo=h relay=N tls=${tls} rcpts=${rcpts} msgs=0/0/0 lr="${lr}" time=1`;
  }
  const fates: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    [
      'some of several recipients that no plugin accepted, the last one by the last rejection',
      [recipient('b@c'), recipient('d@e'), disconnect('1/0/1', '550 I cannot deliver mail for <d@e>')],
      ['<b@c> accept', '<d@e> reject 550'],
    ],
    [
      'several with unknown results',
      [
        recipient('b@c'),
        recipient('d@e'),
        recipient('f@g'),
        disconnect('1/0/2', '550 I cannot deliver mail for <f@g>'),
      ],
      ['<b@c> unknown', '<d@e> unknown', '<f@g> reject 550'],
    ],
    [
      'recipients that pmdf/deliver took',
      [
        `${id}.1] [pmdf/deliver] accept recipient <b@c> -> l(through):b@c`,
        recipient('b@c'),
        recipient('d@e'),
        recipient('f@g'),
        disconnect('1/0/2', '550 I cannot deliver mail for <f@g>'),
      ],
      ['<b@c> accept', '<d@e> unknown', '<f@g> reject 550'],
    ],
    [
      'what is deferred, and refused by another plugin',
      [recipient('b@c', 'DENYSOFT', 'later'), recipient('d@e', 'DENY'), disconnect('0/1/1', '550 no')],
      ['<b@c> defer 450', '<d@e> reject 550'],
    ],
    ['a log that ends early', [recipient('b@c')], ['<b@c> accept']],
    [
      'a local part that looks like the rest of a line',
      [recipient('"x> code=DENY msg=\\" sender=y"@c'), disconnect('1/0/0')],
      ['<"x> code=DENY msg=\\" sender=y"@c> accept'],
    ],
    ['an unfinished quote', [recipient('"x@c', 'DENY'), disconnect('0/0/1')], ['<"x@c> reject 550']],
  ];
  for (const [name, lines, expected] of fates) {
    it(`reads ${name}`, () => {
      const { requests, kinds } = readLog([connect, sender, ...lines]);
      assert.ok(!kinds.includes('unknown'));
      assert.deepEqual(
        requests.map((one) => short(one).replace('192.0.2.7: <a@b.example> ', '')),
        expected,
      );
    });
  }

  it('reads TLS, and users authenticated by pmdf/auth', () => {
    const auth = `${id}] [pmdf/auth] authenticated method=PLAIN client=192.0.2.7 user="ann b"`;
    const { requests } = readLog([connect, auth, sender, recipient('b@c'), disconnect('1/0/0', '', 'Y')]);
    assert.deepEqual(requests.map(short), ['192.0.2.7 ann b tls: <a@b.example> <b@c> accept']);
  });

  it('recognises unconfirmed names, and clients behind a proxy', () => {
    const bye = disconnect('1/0/0').replace('rdns=NXDOMAIN', 'rdns=pc.domain.com');
    const why = (text: string): string =>
      `${id}] [pmdf/switchchannel] channel=tcp_local client=192.0.2.7 relaying=false why="${text}"`;
    const rest = [sender, recipient('b@c')];
    const proxied = connect.replace('192.0.2.7', '127.0.0.1');
    const rows: readonly (readonly [readonly string[], string])[] = [
      [[connect, ...rest, bye], '192.0.2.7 pc.domain.com'],
      [[connect, why('`pc.domain.com` belongs to channel `l`'), ...rest, bye], '192.0.2.7 pc.domain.com'],
      [
        [
          connect,
          why('`[192.0.2.7]` x (no name: `pc.domain.com` is not confirmed, it has no address)'),
          ...rest,
          bye,
        ],
        '192.0.2.7',
      ],
      [[proxied, ...rest, bye], '192.0.2.7 pc.domain.com'],
      [[proxied, why('x'), ...rest], '192.0.2.7'],
    ];
    for (const [lines, expected] of rows) {
      assert.deepEqual(readLog(lines).requests.map(short), [`${expected}: <a@b.example> <b@c> accept`]);
    }
  });

  it('accepts a syslog prefix', () => {
    const lines = [connect, sender, recipient('b@c'), disconnect('1/0/0')];
    const { requests } = readLog(lines.map((line) => `Nov 22 18:47:41 mail haraka[17]: ${line}`));
    assert.deepEqual(requests.map(short), ['192.0.2.7: <a@b.example> <b@c> accept']);
  });

  it('counts shadow lines, applied ones separately', () => {
    const { shadow, requests } = readLog(fixture('pmdf-only.log'), 'pmdf');
    assert.deepEqual(shadow, [
      { verdict: 'reject', entry: 'mappings:20' },
      { verdict: 'accept', entry: 'mappings:21' },
      { verdict: 'defer', entry: 'none' },
    ]);
    assert.equal(requests.map(short).at(-1), '192.0.2.7 ann: <?> <bob@domain.com> accept');
  });

  it('keeps a limited number of connections', () => {
    const lines = Array.from({ length: 25_000 }, (_, index) => [
      `[NOTICE] [U${index}] [core] connect ip=192.0.2.7 port=1 local_ip=192.0.2.1 local_port=25`,
      `[NOTICE] [U${index}.1] [core] recipient <b@c> code=OK msg="" sender=a@b`,
    ]).flat();
    const requests: LoggedRequest[] = [];
    const reader = logReader('haraka', { request: (one) => void requests.push(one), shadow: () => {} });
    for (const line of lines) reader.read(line, 'log:1');
    assert.ok(requests.length >= 5000 && requests.length < 25_000);
    reader.end();
    assert.equal(requests.length, 25_000);
  });
});

describe('the log of Postfix', () => {
  it('reads what was accepted and what was rejected', () => {
    const { requests, kinds } = readLog(fixture('postfix.log'));
    assert.ok(!kinds.includes('unknown'));
    assert.deepEqual(requests.map(short), [
      '127.0.0.7: <a@b.example> <bob@domain.com> accept',
      '127.0.0.8: <a@b.example> <bob@other.com> reject 554',
      '127.0.0.8: <> <victim%evil.example@domain.com> reject 554',
      '127.0.0.8: <> <later@domain.com> defer 450',
      '127.0.0.8: <> <bob@domain.com> accept',
      '127.0.0.9: <spammer@b.example> <bob@domain.com> reject 554',
      '127.0.1.5: <bob@domain.com> <bob@other.com> accept',
      '127.0.1.5: <bob@domain.com> <ann@third.example> accept',
      '127.0.0.10: <a@b.example> <"a b"@domain.com> accept',
    ]);
  });

  const head = 'Nov 22 18:47:41 mail postfix';
  const more: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    [
      'who authenticated, the name, TLS and the service',
      [
        `${head}/submission/smtpd[7]: Anonymous TLS connection established from pc.b.example[192.0.2.7]: TLSv1.3`,
        `${head}/submission/smtpd[7]: ABCDEF12: client=pc.b.example[192.0.2.7], sasl_method=PLAIN, sasl_username=ann`,
        `${head}/qmgr[8]: ABCDEF12: from=<a@b.example>, size=1, nrcpt=1 (queue active)`,
        `${head}/lmtp[9]: ABCDEF12: to=<b@c>, relay=x, delay=1, dsn=4.0.0, status=deferred (later)`,
        `${head}/lmtp[9]: ABCDEF12: to=<b@c>, relay=x, delay=1, dsn=2.0.0, status=sent (250 ok)`,
      ],
      ['192.0.2.7 pc.b.example ann tls: <a@b.example> <b@c> accept'],
    ],
    [
      'the address that the client named, once',
      [
        `${head}/smtpd[7]: ABCDEF12: client=unknown[2001:db8::7]`,
        `${head}/qmgr[8]: ABCDEF12: from=<>, size=1, nrcpt=1 (queue active)`,
        `${head}/smtp[9]: ABCDEF12: to=<x@c>, orig_to=<all@c>, relay=x, dsn=2.0.0, status=sent (250 ok)`,
        `${head}/smtp[9]: ABCDEF12: to=<y@c>, orig_to=<all@c>, relay=x, dsn=2.0.0, status=sent (250 ok)`,
      ],
      ['2001:db8::7: <> <all@c> accept'],
    ],
    [
      'a client that is refused before MAIL',
      [
        `${head}/smtpd[7]: NOQUEUE: reject: CONNECT from unknown[192.0.2.7]: 554 5.7.1 <unknown[192.0.2.7]>: Client host rejected; proto=SMTP`,
      ],
      ['192.0.2.7: <?> <?> reject 554'],
    ],
    [
      'what postscreen refuses',
      [
        `${head}/postscreen[7]: NOQUEUE: reject: RCPT from [192.0.2.7]:4711: 550 5.7.1 Service unavailable; client [192.0.2.7] blocked using x; from=<a@b>, to=<b@c>, proto=ESMTP, helo=<h>`,
      ],
      ['192.0.2.7: <a@b> <b@c> reject 550'],
    ],
    [
      'an address that looks like an envelope',
      [fixture('mangled.log')[1] ?? ''],
      ['127.0.0.8: <a@b.example> <"; from=<z@z> to=<y"@other.com> reject 554'],
    ],
    [
      'nothing for mail without a client',
      [
        `${head}/pickup[7]: ABCDEF12: uid=0 from=<root>`,
        `${head}/qmgr[8]: ABCDEF12: from=<root@b>, size=1, nrcpt=1 (queue active)`,
        `${head}/local[9]: ABCDEF12: to=<b@c>, relay=local, dsn=2.0.0, status=sent (delivered)`,
      ],
      [],
    ],
  ];
  for (const [name, lines, expected] of more) {
    it(`reads ${name}`, () => {
      const { requests, kinds } = readLog(lines);
      assert.ok(!kinds.includes('unknown'));
      assert.deepEqual(requests.map(short), expected);
    });
  }

  it('says which lines it does not understand', () => {
    const { kinds } = readLog(fixture('mangled.log'));
    assert.deepEqual(kinds, ['unknown', 'used', 'unknown', 'unknown']);
  });

  it('splits lines', () => {
    assert.deepEqual(parsePostfixLine('x postfix-in/submission/smtpd[12]: NOQUEUE: y'), {
      daemon: 'smtpd',
      process: 'submission/smtpd[12]',
      service: 'submission',
      queueId: 'NOQUEUE',
      rest: 'y',
    });
    assert.equal(parsePostfixLine('x postfix/smtpd: y'), null);
    assert.equal(parseClient('name[192.0.2.300]'), null);
    assert.equal(parseRefusal('reject: RCPT from a[192.0.2.7]: no; from=<a> to=<b> proto=ESMTP'), null);
  });
});
