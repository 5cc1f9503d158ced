/*
 * What clients ask to be told is passed on to servers that offer DSN: directly, by the queue, through forwarding, and after a
 * restart.
 */
import assert from 'node:assert/strict';
import { bounceOf } from './support/bounce.js';
import { sampleMessage } from './support/deliver.js';
import {
  ANN,
  BY_LMTP,
  DIRECT,
  fieldOf,
  limit,
  type NotaryScene,
  OURS,
  QUEUED,
  startNotaryScene,
} from './support/notary-scene.js';
import { connect } from './support/smtp-client.js';
import { until } from './support/until.js';

describe('what a sender asks to be told', () => {
  let scene: NotaryScene;

  before(async () => {
    scene = await startNotaryScene();
  });
  after(() => scene?.stop());
  beforeEach(() => scene.clear());

  for (const to of [DIRECT, QUEUED, BY_LMTP]) {
    it(`is passed on to a server with DSN, which reports: ${to}`, async () => {
      const text = sampleMessage('grüße').replace('Hello', 'Grüße');
      const size = text.length + 2;
      await scene.accepted({
        mail: `RET=HDRS ENVID=QQ+2B1 BODY=8BITMIME SIZE=${size}`,
        to: [
          [to, 'NOTIFY=success,FAILURE ORCPT=rfc822;first+2B1@a.example'],
          [`other-${to}`, 'NOTIFY=NEVER'],
          [`third-${to}`],
        ],
        text,
      });
      const [message] = await scene.dsn.waitForMessages(1);
      assert.match(message?.mailParameters ?? '', /^BODY=8BITMIME SIZE=\d+ RET=HDRS ENVID=QQ\+2B1$/);
      assert.deepEqual(message?.envelopeTo, [to, `other-${to}`, `third-${to}`]);
      assert.deepEqual(message?.rcptParameters, [
        'NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;first+2B1@a.example',
        'NOTIFY=NEVER',
        '',
      ]);
      await scene.reports(0);
    });
  }

  it('is passed on with each message on a kept connection', async () => {
    for (const id of ['one', 'two', 'three']) {
      await scene.accepted({ mail: `ENVID=${id}`, to: [[QUEUED, 'NOTIFY=SUCCESS']] });
      await scene.queueIsEmpty();
    }
    assert.deepEqual(
      scene.dsn.messages.map(({ mailParameters }) => mailParameters.replace(/^SIZE=\d+ /, '')),
      ['ENVID=one', 'ENVID=two', 'ENVID=three'],
    );
    assert.ok(scene.dsn.messages.every(({ rcptParameters }) => rcptParameters.join() === 'NOTIFY=SUCCESS'));
  });

  it('is kept through the process channel, with the address that the client named', async () => {
    await scene.accepted({
      mail: 'ENVID=QQ2',
      to: [
        ['jane.doe@domain.com', 'NOTIFY=SUCCESS,DELAY'],
        ['joe@domain.com', 'NOTIFY=SUCCESS'],
      ],
    });
    const [forwarded] = await scene.dsn.waitForMessages(1);
    assert.match(forwarded?.mailParameters ?? '', /ENVID=QQ2$/);
    assert.deepEqual(forwarded?.rcptParameters, ['NOTIFY=SUCCESS,DELAY ORCPT=rfc822;jane.doe@domain.com']);
    const [report] = await scene.reports(1);
    assert.ok(report !== undefined);
    const { action, text } = bounceOf(report);
    assert.equal(action, 'relayed');
    assert.match(fieldOf(text, 'Original-Recipient') ?? '', /^rfc822; ?joe@domain\.com$/);
  });

  it('is kept for an alias, and named where nothing was asked', async () => {
    await scene.accepted({ to: [['alias@domain.com']] });
    await scene.accepted({ to: [['alias@domain.com', 'NOTIFY=NEVER ORCPT=rfc822;first@a.example']] });
    assert.deepEqual(
      scene.dsn.messages.map(({ rcptParameters }) => rcptParameters),
      [['ORCPT=rfc822;alias@domain.com'], ['NOTIFY=NEVER ORCPT=rfc822;first@a.example']],
    );
  });

  it('is all of what was asked for a mailbox that is named twice', async () => {
    for (const to of [DIRECT, QUEUED]) {
      scene.dsn.clear();
      await scene.accepted({
        to: [
          [to, 'NOTIFY=DELAY'],
          [to.replace('dsn.test', 'DSN.test'), 'NOTIFY=SUCCESS'],
        ],
      });
      await scene.queueIsEmpty();
      assert.deepEqual(
        scene.dsn.messages.map(({ rcptParameters }) => rcptParameters),
        [['NOTIFY=SUCCESS,DELAY']],
      );
    }
  });

  it('of SIZE is too much for the next server: nothing is sent', async () => {
    const client = await connect({ port: scene.gateway.port, localAddress: OURS });
    await client.ehlo();
    assert.equal((await client.mail(ANN, `SIZE=${limit + 1}`)).code, 250);
    assert.deepEqual((await client.rcpt(DIRECT)).lines, [
      `552 5.3.4 the next mail server takes at most ${limit} octets`,
    ]);
    await client.quit();
    assert.deepEqual(scene.dsn.attempts, []);
    const text = `${sampleMessage('large')}${`${'x'.repeat(70)}\r\n`.repeat(limit / 70)}`;
    const large = await scene.send({ to: [[DIRECT]], text });
    // At the end of DATA Haraka's own code for every refusal is 550.
    assert.equal(`${large.code} ${large.text.slice(0, 5)}`, '550 5.3.4');
    await scene.accepted({ to: [[QUEUED]], text });
    const [report] = await scene.reports(1);
    assert.ok(report !== undefined);
    assert.match(bounceOf(report).status, /^5\.3\.4/);
    assert.deepEqual(scene.dsn.messages, []);
    // The connection that was kept is still good.
    await scene.accepted({ to: [[QUEUED]] });
    await scene.dsn.waitForMessages(1);
  });

  it('is kept across a restart', async () => {
    for (const one of [QUEUED, 'lou@queue.dsn.test'])
      scene.dsn.refuseRecipient(one, { code: 450, text: '4.2.1 busy' });
    await scene.accepted({
      mail: 'RET=FULL ENVID=QQ4',
      to: [
        [QUEUED, 'NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;first@a.example'],
        ['jane.doe@domain.com', 'NOTIFY=FAILURE'],
      ],
    });
    await until(
      () => scene.dsn.attempts.length >= 2,
      5_000,
      () => 'two attempts',
    );
    const restarted = await scene.restart();
    await until(
      () => {
        restarted.kill('SIGHUP');
        return scene.dsn.messages.length === 2;
      },
      8_000,
      () => 'two messages',
    );
    const said = scene.dsn.messages.map(({ mailParameters, rcptParameters }) => [
      mailParameters.replace(/^SIZE=\d+ /, ''),
      ...rcptParameters,
    ]);
    assert.deepEqual(said.sort(), [
      ['RET=FULL ENVID=QQ4', 'NOTIFY=FAILURE ORCPT=rfc822;jane.doe@domain.com'],
      ['RET=FULL ENVID=QQ4', 'NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;first@a.example'],
    ]);
  });
});
