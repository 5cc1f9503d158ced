/*
 * What senders and the postmaster are told of mail in the queue: it failed, it waits, it was returned. The mail is in the queue
 * when Haraka starts, so that its age can be chosen.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { itWith } from '../support/programs.js';
import { bounceOf, unfolded } from './support/bounce.js';
import { exampleFile, gatewayInstall } from './support/gateway.js';
import { type HarakaInstall, makeInstall } from './support/haraka-install.js';
import type { RunningHaraka } from './support/haraka-process.js';
import { PythonReader } from './support/python-report.js';
import { namesInQueue, type WaitingMail, writeWaitingMail } from './support/queue-file.js';
import { reachInside } from './support/reach-inside.js';
import { type Sink, type SinkMessage, startSink } from './support/sink.js';
import { until } from './support/until.js';

const POSTMASTER = 'postmaster@domain.com';

const CNF = exampleFile('pmdf.cnf')
  .replace(
    /^tcp_local .*$/m,
    '$& notices 1 2 4 urgentnotices 3 5 errsendpost errwarnpost returnpersonal Robot',
  )
  .replace(/^tcp_internal .*$/m, '$& copysendpost postheadonly returnaddress robot@domain.com suppressfinal');

const FAILED_FR = `Content-language: fr

Votre message :
%H
`;

const MAPPINGS = `${exampleFile('mappings')}
NOTIFICATION_LANGUAGE

  *|*|fr|*|*   $Ifrench/
`;

const MESSAGE = `From: Ann <ann@domain.com>
To: somebody
Subject: the subject
Date: Tue, 1 Dec 2026 10:00:00 +0000
Message-Id: <1@domain.com>

Hello.
.a line with a dot
--Boundary_(ID_guess)--
`;

/** What the sender asked for. */
interface Asked {
  readonly ret?: 'FULL' | 'HDRS';
  readonly envid?: string;
  readonly notify?: readonly string[];
  readonly orcpt?: string;
}

function waiting(
  name: string,
  more: Partial<WaitingMail> & { readonly asked?: Asked; readonly channel?: string } = {},
): WaitingMail {
  const { asked = {}, channel = 'tcp_local', ...mail } = more;
  const to = mail.to ?? [`${name}@other.com`];
  const notary = {
    message: { ret: asked.ret ?? null, envid: asked.envid ?? null },
    recipients: to.map((address) => [
      address,
      {
        notify: asked.notify ?? null,
        orcpt: asked.orcpt === undefined ? null : { type: 'rfc822', address: asked.orcpt },
      },
    ]),
  };
  return {
    from: `${name}@domain.com`,
    message: MESSAGE,
    ...mail,
    to,
    notes: { pmdf: { channel, address: to[0], notary } },
  };
}

const refused: readonly WaitingMail[] = [
  waiting('plain'),
  waiting('full', { asked: { ret: 'FULL', envid: 'QQ314159', orcpt: 'Full@Elsewhere' } }),
  waiting('hdrs', { asked: { ret: 'HDRS' } }),
  waiting('large', {
    message: `${MESSAGE}${'x'.repeat(70)}\n`.repeat(1).concat(`${'y'.repeat(70)}\n`.repeat(2_000)),
  }),
  waiting('never', { asked: { notify: [] } }),
  waiting('success', { asked: { notify: ['SUCCESS'] } }),
  waiting('jörg', {
    from: 'utf8@domain.com',
    to: ['jörg@other.com'],
    message: MESSAGE.replace('subject', 'süß'),
  }),
  waiting('french', { message: `Accept-Language: fr\n${MESSAGE}` }),
  waiting('null', { from: '' }),
  // Perhaps a copy for the postmaster that another gateway wrote.
  waiting('copy', { from: '', to: ['postmaster@other.com'] }),
  waiting('inside', {
    channel: 'tcp_internal',
    to: ['inside@sub.domain.com'],
    asked: { orcpt: 'o@sub.domain.com' },
  }),
];

const delayed: readonly WaitingMail[] = [
  waiting('young', { ageHours: 0.5 }),
  waiting('late', { ageHours: 2.5 }),
  waiting('hdrslate', { ageHours: 2.5, asked: { ret: 'HDRS' } }),
  waiting('patient', { ageHours: 2.5, asked: { notify: ['FAILURE'] } }),
  waiting('urgent', { ageHours: 2.5, message: `Priority: urgent\n${MESSAGE}` }),
  waiting('old', { ageHours: 5 }),
  waiting('nullold', { ageHours: 5, from: '' }),
];

describe('notices', () => {
  let inside: Sink;
  let outside: Sink;
  let sub: Sink;
  let install: HarakaInstall;
  let haraka: RunningHaraka;
  const reader = new PythonReader(() => inside.messages.map(({ raw }) => raw));

  before(async () => {
    [inside, outside, sub] = [await startSink(), await startSink(), await startSink()];
    const ports = { l: inside.port, tcp_internal: sub.port, tcp_local: outside.port };
    install = await makeInstall(
      gatewayInstall(
        {
          cnf: CNF,
          mappings: MAPPINGS,
          delivery: () =>
            Object.entries(ports)
              .map(([name, port]) => `  ${name}: { method: queue, next_hop: '127.0.0.1:${port}' }\n`)
              .join('')
              .replace(/^/, 'delivery:\n'),
          settings: 'notices: { return_units: hours, lines_to_return: 2 }\n',
          config: {
            'pmdf/french/return_prefix.txt': FAILED_FR,
            'pmdf/french/return_failed.txt': 'Échec :\n%R\n',
            'pmdf/french/return_option.dat': 'SUBJECT_FAILED=Échec de la remise\nREASON=Cause :\n',
          },
        },
        ports,
        '127.0.0.1:9',
      ),
    );
    for (const mail of refused) {
      for (const to of mail.to) {
        const sink = to.endsWith('@other.com') ? outside : sub;
        sink.refuseRecipient(to, {
          code: 550,
          text: `5.1.1 no <such> user ${to.slice(0, 3).replace(/[^a-z]/g, '')}`,
        });
      }
    }
    for (const mail of delayed) {
      for (const to of mail.to) outside.refuseRecipient(to, { code: 451, text: '4.3.2 come back later' });
    }
    mkdirSync(queue(), { recursive: true });
    for (const mail of [...refused, ...delayed]) writeWaitingMail(queue(), mail);
    haraka = await install.start();
    await until(
      () => inside.messages.length >= 13 && waitingFiles() === 5,
      20_000,
      () =>
        `13 reports, not ${inside.messages.map(({ envelopeTo }) => envelopeTo.join()).join(' ')}; ${waitingFiles()} files`,
    );
  });

  after(async () => {
    await haraka?.stop();
    install?.remove();
    await Promise.all([inside, outside, sub].map((one) => one?.stop()));
  });

  const queue = (): string => path.join(install.dir, 'queue');

  function waitingFiles(): number {
    return namesInQueue(queue()).length;
  }

  const reportsTo = (to: string): readonly SinkMessage[] =>
    inside.messages.filter(({ envelopeTo }) => envelopeTo.includes(to));

  function reportTo(name: string): SinkMessage {
    const [report, ...others] = reportsTo(name);
    assert.ok(report !== undefined, `no report to ${name}`);
    assert.deepEqual(others, []);
    return report;
  }

  it('all come from the null sender', () => {
    assert.deepEqual(
      inside.messages.filter(({ envelopeFrom }) => envelopeFrom !== ''),
      [],
    );
  });

  itWith(['python3'], 'tell programs all that is known of a failed recipient', () => {
    const { types, reportType, defects, header, status, words, subject } = reader.read(
      reportTo('full@domain.com').raw,
    );
    assert.deepEqual(types, ['multipart/report', 'text/plain', 'message/delivery-status', 'message/rfc822']);
    assert.equal(reportType, 'delivery-status');
    assert.deepEqual(defects, []);
    assert.equal(header['From'], `Robot <${POSTMASTER}>`);
    assert.equal(header['To'], 'full@domain.com');
    assert.equal(header['Subject'], 'Delivery Notification: Delivery has failed');
    assert.equal(header['Auto-Submitted'], 'auto-replied');
    const [message = {}, recipient = {}] = status;
    assert.equal(message['Original-Envelope-Id'], 'QQ314159');
    assert.equal(message['Reporting-MTA'], 'dns; domain.com');
    assert.ok(!Number.isNaN(Date.parse(message['Arrival-Date'] ?? '')));
    assert.ok(!Number.isNaN(Date.parse(recipient['Last-Attempt-Date'] ?? '')));
    assert.deepEqual(
      { ...recipient, 'Last-Attempt-Date': '' },
      {
        'Original-Recipient': 'rfc822; Full@Elsewhere',
        'Final-Recipient': 'rfc822; full@other.com',
        Action: 'failed',
        Status: '5.1.1',
        'Remote-MTA': 'dns; [127.0.0.1]',
        'Diagnostic-Code': 'smtp; 550 5.1.1 no <such> user ful',
        'Last-Attempt-Date': '',
      },
    );
    assert.match(words, /^ {2}Subject: the subject$/m);
    assert.match(words, /^ {2}Recipient address: full@other\.com$/m);
    assert.match(words, /^ {2}Reason: 550 5\.1\.1 no <such> user ful$/m);
    assert.equal(subject, 'the subject');
  });

  for (const [name, last, whole] of [
    ['plain', 'message/rfc822', true],
    ['full', 'message/rfc822', true],
    ['hdrs', 'text/rfc822-headers', false],
    ['large', 'text/rfc822-headers', false],
  ] as const) {
    itWith(['python3'], `return ${whole ? 'the message' : 'the header'}: ${name}`, () => {
      const { raw } = reportTo(`${name}@domain.com`);
      const { types, subject } = reader.read(raw);
      assert.equal(types.at(-1), last);
      assert.equal(subject, 'the subject');
      assert.equal(raw.includes('\r\nHello.\r\n.a line with a dot\r\n'), whole);
    });
  }

  it('are not sent to those who did not ask for them', () => {
    for (const name of ['never', 'success', 'patient', 'young']) {
      assert.deepEqual(reportsTo(`${name}@domain.com`), []);
    }
  });

  itWith(['python3'], 'have the form in UTF-8 for an address beyond ASCII', () => {
    const { types, defects, status } = reader.read(reportTo('utf8@domain.com').raw);
    assert.deepEqual(types.slice(2), ['message/global-delivery-status', 'message/global']);
    assert.deepEqual(defects, []);
    assert.equal(status[1]?.['Final-Recipient'], 'utf-8; jörg@other.com');
  });

  itWith(['python3'], 'have the texts of the language that the table names', () => {
    const { words, header } = reader.read(reportTo('french@domain.com').raw);
    assert.match(words, /^Votre message :\n {2}Message-id: <1@domain\.com>\n/);
    assert.match(words, /^Échec :\n {2}Recipient address: french@other\.com$/m);
    assert.match(words, /^ {2}Cause : 550 5\.1\.1/m);
    assert.equal(header['Subject'], 'Delivery Notification: Échec de la remise');
  });

  it('go to the postmaster for mail of the null sender, as errsendpost says', () => {
    const copies = reportsTo(POSTMASTER).map((one) => bounceOf(one).finalRecipient);
    assert.deepEqual(copies.sort(), [
      'rfc822;inside@sub.domain.com',
      'rfc822;null@other.com',
      'rfc822;nullold@other.com',
    ]);
  });

  it('hide the final address from the sender, and show it to the postmaster in a copy with the header only', () => {
    const own = bounceOf(reportTo('inside@domain.com'));
    assert.equal(own.finalRecipient, 'rfc822;o@sub.domain.com');
    assert.match(own.text, /^From: PMDF e-Mail Interconnect <robot@domain\.com>\r$/m);
    assert.doesNotMatch(own.text.slice(0, own.text.indexOf('message/rfc822')), /inside@sub/);
    const copy = reportsTo(POSTMASTER)
      .map(bounceOf)
      .find(({ finalRecipient }) => finalRecipient.includes('inside'));
    assert.match(copy?.text ?? '', /^Content-Type: text\/rfc822-headers\r$/m);
  });

  it('tell once of mail that waits, with what the server said and until when it is tried', () => {
    const { action, status, text } = bounceOf(reportTo('late@domain.com'));
    assert.deepEqual([action, status], ['delayed', '4.3.2']);
    assert.match(text, /^Subject: Delivery Notification: Delivery has been delayed\r$/m);
    assert.match(text, /^Will-Retry-Until: /m);
    assert.match(text, /^Diagnostic-Code: smtp; 451 4\.3\.2 come back later\r$/m);
  });

  for (const [name, whose, isShort] of [
    ['late', 'late@domain.com', true],
    ['hdrslate', 'hdrslate@domain.com', false],
  ] as const) {
    itWith(['python3'], `return ${isShort ? 'the first lines' : 'the header'} with a delay: ${name}`, () => {
      const { raw } = reportTo(whose);
      const { types, subject, defects } = reader.read(raw);
      assert.equal(types.at(-1), isShort ? 'message/rfc822' : 'text/rfc822-headers');
      assert.deepEqual([subject, defects], ['the subject', []]);
      assert.equal(raw.includes('\r\nHello.\r\n.a line with a dot\r\n'), isShort);
      assert.equal(raw.includes('ID_guess'), false);
    });
  }

  it('return mail at the last age, with the last answer', () => {
    const { action, status, text } = bounceOf(reportTo('old@domain.com'));
    assert.deepEqual([action, status], ['failed', '4.4.7']);
    assert.match(text, /^Subject: Delivery Notification: Delivery has timed out and failed\r$/m);
    assert.match(
      unfolded(text),
      / Reason: could not be delivered in time; the last answer: 451 4\.3\.2 come back later /,
    );
  });

  it('are remembered when Haraka is killed: no second one for the same age', async () => {
    const attempts = (): number =>
      outside.attempts.filter(({ recipient }) => recipient === 'late@other.com').length;
    const before = attempts();
    haraka.kill('SIGKILL');
    await haraka.stop();
    haraka = await install.start();
    await until(
      () => {
        haraka.kill('SIGHUP');
        return attempts() >= before + 2;
      },
      10_000,
      () => 'two more attempts',
    );
    outside.acceptAll();
    outside.refuseRecipient('patient@other.com', { code: 550, text: '5.1.1 gone' });
    await until(
      () => {
        haraka.kill('SIGHUP');
        return waitingFiles() === 0;
      },
      10_000,
      () => 'an empty queue',
    );
    assert.equal(reportsTo('late@domain.com').length, 1);
    assert.equal(outside.messages.length, 4);
    assert.equal(outside.messages[0]?.raw.includes('\r\nHello.\r\n.a line with a dot\r\n'), true);
  });

  it('tell of all attempts, also of those before a restart', async () => {
    await until(
      () => reportsTo('patient@domain.com').length === 1,
      10_000,
      () => 'the report',
    );
    const { text } = bounceOf(reportTo('patient@domain.com'));
    const attempts = /Delivery attempt history for your mail:\r\n((?:\r\n {2}\S.*\r\n {4}\S.*\r\n)+)/.exec(
      text,
    );
    const tried = outside.attempts.filter(({ recipient }) => recipient === 'patient@other.com').length;
    const times = [
      ...(attempts?.[1] ?? '').matchAll(/^ {2}(.*) 127\.0\.0\.1\r\n {4}451 4\.3\.2 come back later\r$/gm),
    ];
    // The last attempt is the one that failed.
    assert.equal(times.length, tried - 1);
    assert.ok(times.length >= 3 && times.every(([, time]) => Date.now() - Date.parse(time ?? '') < 120_000));
  });
});

describe('a notice when Haraka is killed', () => {
  /** Kills Haraka when the notice is on disk, and what it is about is still there. */
  const killer = {
    'killer/package.json': '{"main": "index.js"}\n',
    'killer/index.js': `const { OutboundQueue } = ${reachInside('plugins/haraka/queue/outbound-queue.js')}
exports.register = function () {
  OutboundQueue.prototype.schedule = function () { process.kill(process.pid, 'SIGKILL') }
}
`,
  };

  it('reaches the sender, at most twice', async () => {
    const [inside, outside] = [await startSink(), await startSink()];
    const ports = { l: inside.port, tcp_internal: inside.port, tcp_local: outside.port };
    const plugins = ['pmdf/switchchannel', 'pmdf/access', 'queue/smtp_forward', 'pmdf/deliver'];
    const install = await makeInstall(
      gatewayInstall(
        { cnf: CNF, plugins: ['killer', ...plugins], pluginFiles: killer },
        ports,
        '127.0.0.1:9',
      ),
    );
    const files = (): readonly string[] => namesInQueue(path.join(install.dir, 'queue'));
    try {
      outside.refuseRecipient('killed@other.com', { code: 550, text: '5.1.1 no such user' });
      mkdirSync(path.join(install.dir, 'queue'), { recursive: true });
      writeWaitingMail(path.join(install.dir, 'queue'), waiting('killed'));
      const first = await install.start();
      assert.equal((await first.exited).signal, 'SIGKILL');
      assert.equal(files().length, 2);
      install.writeConfig('plugins', ['e2e_names', ...plugins].join('\n'));
      const second = await install.start();
      try {
        await until(
          () => files().length === 0,
          10_000,
          () => `${files().join(' ')} gone`,
        );
        const reports = inside.messages.filter(({ envelopeTo }) => envelopeTo.includes('killed@domain.com'));
        assert.ok(reports.length === 1 || reports.length === 2, `${reports.length} reports`);
      } finally {
        await second.stop();
      }
    } finally {
      install.remove();
      await Promise.all([inside, outside].map((one) => one.stop()));
    }
  });
});
