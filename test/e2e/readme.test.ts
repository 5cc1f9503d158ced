/*
 * The transcript of the README, played against the example configuration, and where the mail arrives.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { playDialogue } from './support/dialogue.js';
import { type Gateway, startGateway } from './support/gateway.js';
import { projectRoot } from './support/project-root.js';
import type { SinkMessage } from './support/sink.js';

const DIALOGUE = path.join(projectRoot(), 'test', 'e2e', 'dialogues', 'readme.smtp');

interface Part {
  readonly client: string;
  readonly text: string;
}

/** The parts of the dialogue, one for each client; remarks before the first are ignored. */
function partsOf(text: string): readonly Part[] {
  const [, ...pieces] = text.split(/^# Client (\S+)$/m);
  const parts: Part[] = [];
  for (let at = 0; at + 1 < pieces.length; at += 2) {
    parts.push({ client: pieces[at] ?? '', text: pieces[at + 1] ?? '' });
  }
  return parts;
}

function envelopes(messages: readonly SinkMessage[]): readonly string[] {
  return messages.map(({ envelopeFrom, envelopeTo }) => `${envelopeFrom} -> ${envelopeTo.join(' ')}`).sort();
}

describe('the transcript of the README', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway();
  });
  after(() => gateway?.stop());

  it('is what happens', async () => {
    const parts = partsOf(readFileSync(DIALOGUE, 'utf8'));
    assert.deepEqual(
      parts.map(({ client }) => client),
      ['127.0.2.1', '127.0.1.5'],
    );
    for (const { client, text } of parts) {
      await playDialogue(text, { port: gateway.port, localAddress: client });
    }
    await gateway.sinks.tcp_local.waitForMessages(2);
    assert.deepEqual(envelopes(gateway.sinks.l.messages), [
      'friend@client.example -> bob@domain.com postmaster@domain.com',
    ]);
    assert.deepEqual(envelopes(gateway.sinks.tcp_internal.messages), [
      'friend@client.example -> x@sub.domain.com',
    ]);
    assert.deepEqual(envelopes(gateway.sinks.tcp_local.messages), [
      'ann@domain.com -> bob@other.com',
      'friend@client.example -> jdoe@other.com',
    ]);
  });

  it('logs the entry that rejected, the channel and the reason', async () => {
    const log = gateway.log();
    assert.match(log, /reject recipient <bob@other\.com> entry=mappings:\d+ reply="550 5\.7\.1 Relaying/);
    assert.match(log, /reject recipient <victim%evil\.example@domain\.com> entry=built-in:5 /);
    assert.match(
      log,
      /channel=tcp_internal client=127\.0\.1\.5 relaying=true why="`\[127\.0\.1\.5\]` belongs/,
    );
  });
});
