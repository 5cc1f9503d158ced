/*
 * Dovecot's LMTP as next hop, while the client waits and from the queue: of several recipients one is unknown, one has no room,
 * and one cannot be served now.
 */

import assert from 'node:assert/strict';
import path from 'node:path';
import { describeWith } from '../support/programs.js';
import { bounceOf } from './support/bounce.js';
import { deliver, sampleMessage } from './support/deliver.js';
import { type Dovecot, startDovecot } from './support/dovecot.js';
import { type Gateway, startGateway } from './support/gateway.js';
import { recipientsInFile } from './support/queue-file.js';
import { until } from './support/until.js';

const LIMIT_MS = 10_000;

describeWith(['dovecot'], 'Dovecot as next hop', () => {
  let store: Dovecot;
  before(async () => {
    store = await startDovecot({
      ann: '',
      bob: '',
      full: 'userdb_quota_rule=*:bytes=10',
      later: 'userdb_mail=maildir:/proc/nowhere',
    });
  });
  after(() => store?.stop());

  for (const method of ['through', 'queue'] as const) {
    describe(`by the method ${method}`, () => {
      let gateway: Gateway;
      before(async () => {
        gateway = await startGateway({
          delivery: (ports) => `delivery:
  l: { method: ${method}, next_hop: 'lmtp://127.0.0.1:${store.port}' }
  tcp_internal: queue
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
`,
        });
      });
      after(() => gateway?.stop());

      const got = (user: string, subject: string): number =>
        store.messagesOf(user).filter((text) => text.includes(`Subject: ${subject}\n`)).length;

      for (const users of [
        ['ann', 'full', 'bob'],
        ['full', 'later', 'ann', 'bob'],
        ['bob', 'later', 'ann', 'full'],
      ]) {
        it(`acts on each answer alone: ${users.join(' ')}`, async () => {
          gateway.clearSinks();
          const subject = `${method}-${users.join('-')}`;
          const { rcpt, data } = await deliver({
            port: gateway.port,
            localAddress: '127.0.2.1',
            from: `${users.join('-')}@client.example`,
            to: users.map((user) => `${user}@domain.com`),
            message: sampleMessage(subject),
          });
          // Dovecot may look at the mailbox at RCPT.
          const accepted = users.filter((_, at) => rcpt[at]?.code === 250);
          assert.ok(['ann', 'bob', 'full'].every((user) => accepted.includes(user)));
          assert.equal(data?.code, 250);
          const [bounce] = await gateway.sinks.tcp_local.waitForMessages(1);
          assert.ok(bounce !== undefined);
          const { finalRecipient, status, text } = bounceOf(bounce);
          assert.equal(finalRecipient, 'rfc822;full@domain.com');
          assert.match(status, /^5\.2\.2\b/);
          assert.match(text, /Quota exceeded/);
          const waiting = accepted.includes('later') ? ['later@domain.com'] : [];
          const queued = (): string[] =>
            gateway
              .filesIn('queue')
              .flatMap((file) => recipientsInFile(path.join(gateway.dir, 'queue'), file));
          await until(
            () =>
              queued().filter((one) => one !== 'later@domain.com').length === 0 && got('ann', subject) === 1,
            LIMIT_MS,
            () => `an empty queue but for ${waiting.join()}: ${queued().join(' ')}`,
          );
          for (const user of ['ann', 'bob']) assert.equal(got(user, subject), 1, user);
          assert.equal(gateway.sinks.tcp_local.messages.length, 1);
          if (waiting.length > 0) assert.ok(queued().includes('later@domain.com'));
        });
      }

      if (method === 'through')
        it('tells the client at RCPT that a user is unknown', async () => {
          const { rcpt } = await deliver({
            port: gateway.port,
            localAddress: '127.0.2.1',
            from: 'a@client.example',
            to: ['nobody@domain.com', 'ann@domain.com'],
          });
          assert.deepEqual(
            rcpt.map(({ code }) => code),
            [550, 250],
          );
          assert.match(rcpt[0]?.text ?? '', /^5\.1\.1 /);
        });
    });
  }
});
