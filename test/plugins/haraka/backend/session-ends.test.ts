/*
 * How a session with the next-hop server ends: nothing that the server says or fails to say keeps a client waiting, and no
 * password gets into the log.
 */
import assert from 'node:assert/strict';
import { fakeAddress } from '../../fakes.js';
import { bob, line, lines, openSession, turn, withRecipient } from './fake-client.js';

describe('the end of a session with the next-hop server', () => {
  it('defers when a server rejects the connection, and logs it', async () => {
    const { client, session, errors } = openSession();
    client.command = 'greeting';
    client.answer(554, 'no service here');
    assert.match(line(await session.ask(bob)), /^451 4\.4\.1 /);
    assert.match(errors.join(), /mail\.domain\.com:25 answered greeting: 554 no service here/);
  });

  it('keeps a password out of the log when the login is rejected', async () => {
    const { client, session, errors } = openSession();
    client.command = 'c2vjcmv0';
    client.answer(535, '5.7.8 authentication failed');
    assert.match(line(await session.ask(bob)), /^451 4\.4\.1 /);
    assert.match(errors.join(), /answered auth: 535 5\.7\.8 authentication failed/);
    assert.doesNotMatch(errors.join(), /c2vjcmv0/);
  });

  it('gives up on an answer at which smtp_client throws, without logging its text', async () => {
    const { client, session, errors } = openSession({
      prepare: (fake) =>
        fake.socket.on('line', () => {
          throw new Error('Unknown command: c2vjcmv0');
        }),
    });
    client.socket.emit('line', '334 what?');
    assert.match(line(await session.ask(bob)), /^451 4\.4\.1 /);
    assert.deepEqual(errors, ['mail.domain.com:25 sent a reply that smtp_client cannot read (Error)']);
  });

  it('gives up at once when smtp_client cannot log in, and does not count that as silence', async () => {
    const { client, session, errors } = openSession();
    client.command = 'ehlo';
    const asked = session.ask(bob);
    client.emit('error', 'Auth type "cram-md5" not supported by server (supports: plain)');
    assert.match(line(await asked), /^451 4\.4\.1 /);
    assert.deepEqual([session.isSilent, client.ending], [false, 'destroy']);
    assert.deepEqual(errors, [
      'mail.domain.com:25: Auth type "cram-md5" not supported by server (supports: plain)',
    ]);
  });

  it('gives up if command and reply do not match', async () => {
    const { client, session } = openSession();
    client.answer(250, 'ok');
    client.answer(250, 'and once more');
    assert.match(line(await session.ask(bob)), /^451 4\.4\.1 /);
    assert.equal(client.ending, 'destroy');
  });

  it('gives up after the limit, and is silent', async () => {
    const { client, session } = openSession({ limitMs: 5 });
    assert.match(line(await session.ask(bob)), /^451 4\.4\.1 /);
    assert.deepEqual([session.isSilent, session.hasAnswered, client.ending], [true, false, 'destroy']);
  });

  it('ends when it is given up, and counts as silent until then', async () => {
    const scene = openSession();
    await withRecipient(scene);
    const asked = scene.session.ask(fakeAddress('carol'));
    await turn();
    scene.session.giveUp();
    assert.match(line(await asked), /^451 4\.4\.1 /);
    assert.deepEqual([scene.session.isSilent, scene.session.isLost], [true, false]);
    assert.deepEqual([scene.client.ending, scene.session.isReadyFor([bob])], ['destroy', false]);
  });

  it('ends when the server closes it, and when the client is silent for long', async () => {
    for (const isIdle of [false, true]) {
      const scene = openSession({ idleMs: isIdle ? 5 : 5000 });
      await withRecipient(scene);
      if (isIdle) while (!scene.session.isLost) await turn();
      else scene.client.socket.emit('close');
      assert.deepEqual([scene.session.isLost, scene.session.isReadyFor([bob])], [true, false]);
      assert.match(line(await scene.session.ask(bob)), /^451 4\.4\.1 /);
    }
  });

  it('disconnects in the middle of a message without QUIT', async () => {
    const scene = openSession();
    await withRecipient(scene);
    const sent = scene.session.send({ pipe: () => undefined }, null).then(lines);
    await turn();
    scene.client.answer(354, 'go on');
    await turn();
    scene.session.end();
    assert.match(await sent, /^451 4\.4\.1 /);
    assert.equal(scene.client.ending, 'destroy');
  });
});

describe('a session with the gateway itself', () => {
  it('ends as soon as it is connected', async () => {
    const { client, session } = openSession({
      prepare: (fake) =>
        Object.assign(fake, {
          port: 25,
          socket: Object.assign(fake.socket, { targetsocket: { remoteAddress: '192.0.2.1' } }),
        }),
    });
    client.socket.emit('connect');
    const refused = '554 5.4.6 the next mail server for this address is this gateway itself';
    assert.equal(line(await session.ask(bob)), refused);
    assert.deepEqual([client.ending, client.said], ['destroy', []]);
  });
});
