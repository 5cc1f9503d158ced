/*
 * The four layouts of docs/firewall.md with their sample configurations: a real Haraka for each gateway, a real Postfix
 * as the firewall that relays, and the sample packet filters between the networks.
 */

import assert from 'node:assert/strict';
import { describeWith } from '../../support/programs.js';
import { knownAddresses, randomAddresses } from '../relay/generate-addresses.js';
import { sample, seed } from '../relay/random.js';
import { fitsIntoCommand } from '../relay/strangers-mail.js';
import { sampleMessage } from '../support/deliver.js';
import { ground, groundShown } from '../support/network/ground.js';
import type { Reply } from '../support/smtp-client.js';
import { until } from '../support/until.js';
import { type LayoutLab, startLayout } from './support/lab.js';
import { type Connection, layouts } from './support/layouts.js';

/** Known attempts to get mail relayed to a third party. */
const tricks: readonly string[] = [
  'victim@other.com',
  'victim%other.com@domain.com',
  'victim%other.com%domain.com@domain.com',
  'victim%intranet@domain.com',
  'other.com!victim@domain.com',
  'domain.com!other.com!victim@domain.com',
  '"victim@other.com"@domain.com',
  '"victim%other.com"@domain.com',
  'victim\\@other.com@domain.com',
  '@domain.com:victim@other.com',
  '@domain.com,@sub.domain.com:victim@other.com',
  '@other.com:victim%other.com@domain.com',
  'victim%other.com@sub.domain.com',
  'other.com!victim@sub.domain.com',
  'victim@other.com@domain.com',
  'victim%other.com@[198.51.100.25]',
  'victim%other.com@[10.20.0.2]',
  'victim%other.com@process-daemon',
  'victim%other.com@tcp-internal',
  'victim@[203.0.113.25]',
];

/** Random attempts, in addition to the known ones; and how many of the accepted ones are sent. */
const randomCount = 150;
const sentCount = 20;
/** Postfix disconnects after more. */
const recipientsOfSession = 8;
const stranger = 'someone@client.example';

for (const layout of layouts) {
  describeWith(layout.hasRelay ? ['postfix'] : [], `layout \`${layout.folder}\` ${groundShown}`, function () {
    this.timeout(180_000);

    let lab: LayoutLab;
    before(async () => {
      lab = await startLayout(layout);
    });
    after(() => lab?.stop());
    beforeEach(() => {
      for (const sink of [lab.mailServer, lab.world]) {
        sink.acceptAll();
        sink.clear();
      }
    });

    /** Returns the first rejection, at RCPT or at the end of the message. */
    async function send(connection: Connection, to: readonly string[], from = stranger): Promise<Reply> {
      const client = await lab.come(connection);
      await client.ehlo();
      assert.equal((await client.mail(from)).code, 250);
      const answers: Reply[] = [];
      for (const one of to) answers.push(await client.rcpt(one));
      const reply = answers.find(({ code }) => code !== 250) ?? (await client.data(sampleMessage('layouts')));
      await client.quit();
      return reply;
    }

    it('delivers mail from outside', async () => {
      assert.equal((await send(layout.entrance, ['bob@domain.com'])).code, 250);
      const [message] = await lab.mailServer.waitForMessages(1);
      assert.deepEqual(message?.envelopeTo, ['bob@domain.com']);
      assert.equal(message?.envelopeFrom, stranger);
    });

    it('delivers mail from outside for a host below the domain, and for the postmaster', async () => {
      assert.equal((await send(layout.entrance, ['ann@sub.domain.com'])).code, 250);
      assert.equal((await send(layout.entrance, ['postmaster@domain.com'])).code, 250);
      const messages = await lab.mailServer.waitForMessages(2);
      assert.deepEqual(messages.flatMap(({ envelopeTo }) => envelopeTo).sort(), [
        'ann@sub.domain.com',
        'postmaster@domain.com',
      ]);
    });

    it('delivers mail to the outside', async () => {
      assert.equal((await send(layout.exit, ['bob@other.com'], 'bob@domain.com')).code, 250);
      const [message] = await lab.world.waitForMessages(1);
      assert.deepEqual(message?.envelopeTo, ['bob@other.com']);
      assert.equal(message?.envelopeFrom, 'bob@domain.com');
    });

    it('passes mail from inside to inside', async () => {
      assert.equal((await send(layout.exit, ['ann@sub.domain.com'], 'bob@domain.com')).code, 250);
      const [message] = await lab.mailServer.waitForMessages(1);
      assert.deepEqual(message?.envelopeTo, ['ann@sub.domain.com']);
      assert.equal(lab.world.attempts.length, 0);
    });

    it('forwards to the outside by the process channel', async () => {
      assert.equal((await send(layout.entrance, ['jane.doe@domain.com'])).code, 250);
      const [message] = await lab.world.waitForMessages(1);
      assert.deepEqual(message?.envelopeTo, ['jdoe@other.com']);
      assert.equal(message?.envelopeFrom, stranger);
      assert.equal(lab.mailServer.attempts.length, 0);
    });

    /** Asks for each recipient in turn, few in each session, and returns those that were accepted. */
    async function askFor(connection: Connection, recipients: readonly string[]): Promise<readonly string[]> {
      const taken: string[] = [];
      for (let at = 0; at < recipients.length; at += recipientsOfSession) {
        const client = await lab.come(connection);
        await client.ehlo();
        assert.equal((await client.mail(stranger)).code, 250);
        for (const recipient of recipients.slice(at, at + recipientsOfSession)) {
          const { code } = await client.send(`RCPT TO:<${lab.place(recipient)}>`);
          if (code < 500) taken.push(recipient);
        }
        await client.close();
      }
      return taken;
    }

    for (const attack of layout.attacks) {
      it(`refuses routing hidden in addresses that ${attack.host} brings to ${attack.to}`, async () => {
        assert.deepEqual(await askFor(attack, tricks), []);
      });

      it(`relays nothing that ${attack.host} brings to ${attack.to}, whatever is accepted`, async () => {
        const made = [...knownAddresses(), ...randomAddresses(seed, randomCount)].filter(fitsIntoCommand);
        const taken = await askFor(attack, made);
        const sent = sample(taken, sentCount);
        for (const recipient of sent) {
          const client = await lab.come(attack);
          await client.ehlo();
          await client.mail(stranger);
          await client.send(`RCPT TO:<${lab.place(recipient)}>`);
          await client.data(sampleMessage('layouts'));
          await client.quit();
        }
        await lab.idle();
        assert.ok(lab.mailServer.messages.length > 5, `of ${taken.length} taken too few arrived`);
        // A firewall that has accepted mail which its gateway rejects sends a bounce.
        const bounces = (envelopeFrom: string, recipient: string): boolean =>
          envelopeFrom === '' && recipient === stranger;
        const leaked = lab.world.attempts.filter(
          ({ envelopeFrom, recipient }) =>
            recipient !== 'jdoe@other.com' && !bounces(envelopeFrom, recipient),
        );
        assert.deepEqual(leaked, []);
      });
    }

    it('gives the sender the reply of the mail server', async () => {
      lab.mailServer.refuseRecipient('nobody@domain.com', { code: 550, text: '5.1.1 no such user' });
      const reply = await send(layout.entrance, ['nobody@domain.com']);
      await until(
        () => lab.mailServer.attempts.some(({ recipient }) => recipient === 'nobody@domain.com'),
        10_000,
        () => 'the mail server asked',
      );
      if (layout.hasRelay) {
        // The firewall has already accepted it, and has to send a bounce: a cost of this layout.
        assert.equal(reply.code, 250);
        const [bounce] = await lab.world.waitForMessages(1);
        assert.equal(bounce?.envelopeFrom, '');
        assert.deepEqual(bounce?.envelopeTo, [stranger]);
      } else {
        assert.equal(reply.code, 550);
        await lab.idle();
        assert.equal(lab.world.attempts.length, 0);
      }
    });

    it('delivers a bounce from outside', async () => {
      lab.world.refuseRecipient('gone@other.com', { code: 550, text: '5.1.1 no such user' });
      assert.equal((await send(layout.exit, ['gone@other.com'], 'bob@domain.com')).code, 250);
      // The copy for the postmaster may arrive first.
      assert.equal((await lab.mailServer.messageTo('bob@domain.com')).envelopeFrom, '');
    });

    if (ground === 'network namespaces') {
      const { forged } = layout;
      if (forged !== null) {
        it(`drops packets from outside with the address ${forged.from}`, async () => {
          const before = await lab.forgedPackets();
          await assert.rejects(lab.reach(forged), /no answer/);
          assert.ok((await lab.forgedPackets()) > before);
        });
      }

      it('passes only the necessary connections through the firewall', async () => {
        const shown = ({ host, from, to, port }: Connection): string =>
          `${host}${from === undefined ? '' : ` as ${from}`} to ${to} port ${port}`;
        const reached = async (): Promise<string[]> => {
          const outcomes = await Promise.all(
            layout.closed.map((way) =>
              lab.reach(way).then(
                () => [shown(way)],
                () => [],
              ),
            ),
          );
          return outcomes.flat();
        };
        assert.deepEqual(await reached(), []);
        // The firewall stopped them.
        await lab.openFirewall();
        assert.deepEqual(await reached(), layout.closed.map(shown));
      });
    }

    if (layout.gateways.length > 1) {
      it('tells the sender to try again while the inner gateway is down, and sends no bounce', async () => {
        await lab.idle();
        await lab.gateways.at(-1)?.stop();
        const { code } = await send(layout.entrance, ['bob@domain.com']);
        assert.ok(code >= 400 && code < 500, String(code));
        await lab.idle();
        assert.equal(lab.world.attempts.length, 0);
      });
    }
  });
}
