/*
 * `pmdf replay` reads the logs of today's servers: the decisions it reads from them are those that the clients got, and
 * under the configuration that wrote a log no decision changes.
 */

import assert from 'node:assert/strict';
import path from 'node:path';
import { Judge } from '../../bin/replay/judge.js';
import { logReader } from '../../bin/replay/log-format.js';
import type { LoggedRequest } from '../../bin/replay/logged-request.js';
import { itWith } from '../support/programs.js';
import { deliver, sampleMessage } from './support/deliver.js';
import { startGateway } from './support/gateway.js';
import { startHaraka } from './support/haraka-install.js';
import { startPostfix } from './support/mta-postfix.js';
import { startSink } from './support/sink.js';

interface Envelope {
  readonly client: string;
  readonly from: string;
  readonly to: readonly string[];
}

const envelopes: readonly Envelope[] = [
  { client: '127.0.0.7', from: 'a@b.example', to: ['bob@domain.com'] },
  { client: '127.0.0.8', from: 'a@b.example', to: ['bob@other.com'] },
  {
    client: '127.0.0.8',
    from: '',
    to: ['bob@domain.com', 'victim%evil.example@domain.com', '"a b"@domain.com'],
  },
  { client: '127.0.1.5', from: 'bob@domain.com', to: ['bob@other.com', 'jane.doe@domain.com'] },
  { client: '127.0.0.9', from: 'spammer@b.example', to: ['bob@domain.com'] },
];

/** Sends all envelopes; returns the replies for each recipient, or for the sender. */
async function send(port: number): Promise<string[]> {
  const told: string[] = [];
  for (const { client, from, to } of envelopes) {
    const message = sampleMessage('replay');
    const { mail, rcpt } = await deliver({ port, localAddress: client, from, to, message });
    if (mail.code !== 250) told.push(`${client} <${from}> ${mail.code}`);
    else told.push(...rcpt.map(({ code }, index) => `${client} <${from}> <${to[index]}> ${code}`));
  }
  return told;
}

/** The decisions in a log, in the same form. */
function toldBy(requests: readonly LoggedRequest[]): string[] {
  return requests.map(({ client, from, to, happened }) => {
    const recipient = to === null ? '' : ` <${to}>`;
    return `${client.client.address} <${from ?? '?'}>${recipient} ${happened.code ?? 250}`;
  });
}

function requestsIn(log: string): readonly LoggedRequest[] {
  const requests: LoggedRequest[] = [];
  const reader = logReader('auto', { request: (one) => void requests.push(one), shadow: () => {} });
  for (const line of log.split('\n')) reader.read(line, 'log:1');
  reader.end();
  return requests;
}

const mappings = `FROM_ACCESS

  *|spammer@*|*             $N$X5.7.27|no$ mail$ from$ you

ORIG_SEND_ACCESS

  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted
`;

const lastLeaves = /disconnect ip=127\.0\.0\.9|"ip":"127\.0\.0\.9".*"lr"/;

describe('the logs that pmdf replay reads', function () {
  this.timeout(180_000);

  for (const format of ['default', 'logfmt', 'json']) {
    it(`are those of Haraka with our plugins, in the format ${format}`, async () => {
      const gateway = await startGateway({
        mappings,
        listen: ['0.0.0.0:0'],
        config: { 'log.ini': `[main]\nlevel=notice\nformat=${format}\n` },
      });
      try {
        const told = await send(gateway.port);
        const requests = requestsIn(await gateway.waitForLog(lastLeaves));
        assert.deepEqual(toldBy(requests).sort(), told.sort());
        assert.ok(requests.some(({ happened }) => happened.entry === 'mappings:7'));
        const judge = new Judge(path.join(gateway.install.dir, 'config'));
        for (const request of requests) {
          assert.equal((await judge.decide(request)).verdict.kind, request.happened.verdict);
        }
        judge.close();
      } finally {
        await gateway.stop();
      }
    });
  }

  it('are those of Haraka as it comes', async () => {
    const sink = await startSink();
    const haraka = await startHaraka({
      plugins: ['rcpt_to.in_host_list', 'queue/smtp_forward'],
      listen: ['0.0.0.0:0'],
      config: {
        me: 'domain.com\n',
        host_list: 'domain.com\n',
        'smtp_forward.ini': `host=127.0.0.1\nport=${sink.port}\n`,
        'log.ini': '[main]\nlevel=notice\n',
      },
      rdns: new Map(),
    });
    try {
      const told = await send(haraka.port);
      assert.deepEqual(toldBy(requestsIn(await haraka.waitForLog(lastLeaves))).sort(), told.sort());
      assert.ok(told.some((one) => one.endsWith(' <bob@other.com> 550')));
    } finally {
      await haraka.stop();
      await sink.stop();
    }
  });

  itWith(['postfix'], 'are those of Postfix', async () => {
    const sink = await startSink();
    const postfix = await startPostfix({ sinkPort: sink.port });
    try {
      const told = await send(postfix.port);
      await postfix.idle();
      assert.deepEqual(toldBy(requestsIn(postfix.log())).sort(), told.sort());
    } finally {
      await postfix.stop();
      await sink.stop();
    }
  });
});
