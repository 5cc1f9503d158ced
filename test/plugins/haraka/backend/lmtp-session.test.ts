/*
 * A session with an LMTP server, which answers to the message for each recipient.
 * Ref: RFC 2033 4.2
 */
import assert from 'node:assert/strict';
import { fakeAddress } from '../../fakes.js';
import { bob, line, lines, openSession, type Scene, turn, withRecipient } from './fake-client.js';

describe('a session with an LMTP server', () => {
  const names = ['a', 'b', 'c'];

  /** Names the recipients, who are accepted, and begins with the message. */
  async function begin(scene: Scene, writesAll = true) {
    const { session, client } = scene;
    client.writesAll = writesAll;
    client.answer(250, 'ok');
    for (const name of names) {
      const asked = session.ask(fakeAddress(name));
      await turn();
      client.answer(250, 'ok');
      assert.equal((await asked).code, 250);
    }
    const sent = session.send({ pipe: () => undefined }, 5000);
    await turn();
    client.answer(354, 'go on');
    await turn();
    return sent.then(lines);
  }

  const open3 = (): Scene => openSession({ protocol: 'lmtp' });

  it('says LHLO, and gives up when that is refused', async () => {
    const { client, session, errors } = open3();
    client.send_command('EHLO', 'domain.com');
    assert.deepEqual([client.said, client.command], [['LHLO domain.com'], 'ehlo']);
    // smtp_client tries HELO then.
    client.emit('server_protocol', '500 what?');
    client.response = ['what?'];
    client.send_command('HELO', 'domain.com');
    assert.match(line(await session.ask(bob)), /^451 4\.4\.1 /);
    assert.deepEqual([client.said.length, client.ending], [1, 'release']);
    assert.match(errors.join(), /answered ehlo: 500 what\?/);
  });

  for (const [codes, wanted] of [
    [[250, 250, 250], '250 0 / 250 1 / 250 2'],
    [[250, 452, 250], '250 0 / 452 1 / 250 2'],
    [[250, 550, 250], '250 0 / 550 1 / 250 2'],
    [[550, 452, 250], '550 0 / 452 1 / 250 2'],
    [[421, 250, 530], '451 4.3.0 0 / 250 1 / 451 4.3.0 2'],
    [[250, 354, 250], '250 0 / 451 4.5.0 1 / 250 2'],
  ] as const) {
    it(`gives each recipient its own reply: ${codes.join(' ')}`, async () => {
      const scene = open3();
      const sent = begin(scene);
      while (scene.client.command !== 'dot') await turn();
      for (const [at, code] of codes.entries()) scene.client.answer(code, String(at));
      // More than there are recipients.
      scene.client.answer(250, 'and another');
      assert.equal(await sent, wanted);
    });
  }

  it('reads replies of several lines', async () => {
    const scene = open3();
    const sent = begin(scene);
    while (scene.client.command !== 'dot') await turn();
    scene.client.answer(452, '4.2.2 over', '4.2.2 quota');
    for (const name of ['b', 'c']) scene.client.answer(250, name);
    assert.equal(await sent, '452 4.2.2 over quota / 250 b / 250 c');
  });

  for (const end of ['close', 'the end'] as const) {
    it(`leaves those without a reply open when ${end} comes after one`, async () => {
      const scene = open3();
      const sent = begin(scene);
      while (scene.client.command !== 'dot') await turn();
      scene.client.answer(250, 'a');
      if (end === 'close') scene.client.socket.emit('close');
      else scene.session.end();
      const open = '451 4.4.1 the next mail server does not answer, try again later';
      assert.equal(await sent, `250 a / ${open} / ${open}`);
    });
  }

  it('counts no reply in the middle of the message for one recipient', async () => {
    for (const [code, wanted] of [
      [552, '552 too big / 552 too big / 552 too big'],
      [250, /^451 4\.4\.1 .* \/ 451 4\.4\.1 .* \/ 451 4\.4\.1 /],
    ] as const) {
      const scene = open3();
      const sent = begin(scene, false);
      while (scene.client.command !== 'dot') await turn();
      scene.client.answer(code, 'too big');
      if (typeof wanted === 'string') assert.equal(await sent, wanted);
      else assert.match(await sent, wanted);
      assert.equal(scene.client.ending, 'destroy');
    }
  });

  it('gives one reply to DATA to all', async () => {
    const scene = open3();
    scene.client.answer(250, 'ok');
    for (const name of names) {
      const asked = scene.session.ask(fakeAddress(name));
      await turn();
      scene.client.answer(250, 'ok');
      await asked;
    }
    const sent = scene.session.send({ pipe: () => undefined }, 5000).then(lines);
    await turn();
    scene.client.answer(452, 'disk full');
    assert.equal(await sent, '452 disk full / 452 disk full / 452 disk full');
  });

  it('names a recipient once, since each RCPT gets a reply', async () => {
    const scene = open3();
    await withRecipient(scene);
    assert.equal(line(await scene.session.ask(bob)), '250 ok');
    assert.deepEqual(scene.client.said, ['RCPT TO:<bob@domain.com>']);
    scene.session.end();
  });
});
