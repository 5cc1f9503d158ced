/*
 * Mail servers as receivers of reports: they accept each and pass it on, and it is still one that programs can read.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describeWith, itWith } from '../support/programs.js';
import { exampleFile, gatewayInstall } from './support/gateway.js';
import { type HarakaInstall, makeInstall } from './support/haraka-install.js';
import type { RunningHaraka } from './support/haraka-process.js';
import type { Mta } from './support/mta.js';
import { startExim } from './support/mta-exim.js';
import { startPostfix } from './support/mta-postfix.js';
import { PythonReader } from './support/python-report.js';
import { writeWaitingMail } from './support/queue-file.js';
import { type Sink, startSink } from './support/sink.js';
import { readBySisimai } from './support/sisimai.js';

/** Postfix refuses what has not the form that MIME requires. */
const STRICT = 'strict_mime_encoding_domain = yes\nstrict_8bitmime_body = yes\n';

const EIGHT_BIT = `From: Ann <ann@domain.com>
Subject: plain
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Grüße
`;

/** The name of each message, its recipient and its text. */
const messages: readonly (readonly [string, string, string])[] = [
  ['ascii', 'none@other.com', 'Subject: ascii\n\nHello.\n.\n..\n'],
  ['eightbit', 'none@other.com', EIGHT_BIT],
  ['utf8', 'jörg@other.com', 'Subject: süß\n\nHello.\n'],
];

for (const [name, start, needs] of [
  ['Postfix', startPostfix, ['postfix', 'python3']],
  ['Exim', startExim, ['exim', 'python3']],
] as const) {
  describeWith([...needs], `reports to ${name}`, () => {
    let sink: Sink;
    let outside: Sink;
    let mta: Mta;
    let install: HarakaInstall;
    let haraka: RunningHaraka;
    const reader = new PythonReader(() => sink.messages.map(({ raw }) => raw));

    before(async () => {
      [sink, outside] = [await startSink(), await startSink()];
      mta = await start({
        sinkPort: sink.port,
        localDomains: ['not.local'],
        ...(name === 'Postfix' ? { mainCf: STRICT } : {}),
      });
      const ports = { l: mta.port, tcp_internal: mta.port, tcp_local: outside.port };
      install = await makeInstall(
        gatewayInstall(
          { cnf: exampleFile('pmdf.cnf').replace(/^tcp_local .*$/m, '$& nosendpost') },
          ports,
          '127.0.0.1:9',
        ),
      );
      const queue = path.join(install.dir, 'queue');
      mkdirSync(queue, { recursive: true });
      for (const [who, to, message] of messages) {
        outside.refuseRecipient(to, { code: 550, text: '5.1.1 no such user' });
        writeWaitingMail(queue, {
          from: `${who}@domain.com`,
          to: [to],
          message,
          notes: { pmdf: { channel: 'tcp_local', address: to } },
        });
      }
      haraka = await install.start();
      await sink.waitForMessages(messages.length, 20_000);
    });

    after(async () => {
      await haraka?.stop();
      install?.remove();
      await mta?.stop();
      await Promise.all([sink, outside].map((one) => one?.stop()));
    });

    for (const [who, to] of messages) {
      it(`arrive as they were: ${who}`, () => {
        const report = sink.messages.find(({ envelopeTo }) => envelopeTo.includes(`${who}@domain.com`));
        assert.equal(report?.envelopeFrom, '');
        const { types, defects, status, subject } = reader.read(report?.raw);
        assert.deepEqual(defects, []);
        assert.equal(types.length, 4);
        const type = who === 'utf8' ? 'utf-8' : 'rfc822';
        assert.equal(status[1]?.['Final-Recipient'], `${type}; ${to}`);
        assert.equal(subject?.length, who === 'utf8' ? 3 : 5);
      });

      itWith(['sisimai'], `are understood by Sisimai: ${who}`, () => {
        const report = sink.messages.find(({ envelopeTo }) => envelopeTo.includes(`${who}@domain.com`));
        const [found, ...others] = readBySisimai(report?.raw ?? Buffer.alloc(0));
        assert.deepEqual(others, []);
        assert.equal(found?.recipient, to);
        assert.equal(found.deliverystatus, '5.1.1');
        assert.equal(found.reason, 'userunknown');
      });
    }
  });
}
