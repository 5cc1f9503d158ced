/*
 * A gateway for tests of the DSN extension: its senders, recipients and servers.
 */
import assert from 'node:assert/strict';
import { sampleMessage } from './deliver.js';
import { exampleFile, type Gateway, startGateway } from './gateway.js';
import type { RunningHaraka } from './haraka-process.js';
import { type Sink, type SinkMessage, startSink } from './sink.js';
import { connect, type Reply } from './smtp-client.js';
import { until } from './until.js';

export const OURS = '127.0.1.5';
/** Reports to this sender go to the sink `tcp_local`. */
export const ANN = 'ann@client.example';

/** Channel `l` and tcp_local: no DSN; `*.dsn.test`: DSN and SIZE. */
export const BOB = 'bob@domain.com';
export const DIRECT = 'kim@direct.dsn.test';
export const QUEUED = 'lee@queue.dsn.test';
export const BY_LMTP = 'max@lmtp.dsn.test';

export const limit = 20_000;

export interface Sent {
  readonly mail?: string;
  readonly to: readonly (readonly [address: string, parameters?: string])[];
  readonly text?: string | Buffer;
}

/** A field of a report, by its name. */
export function fieldOf(text: string, name: string): string | undefined {
  return new RegExp(`^${name}: *(.*?)\\r?$`, 'im').exec(text)?.[1];
}

/** The report says when the message came: since `before`. */
export function assertArrival(report: string, before: number): void {
  const arrival = Date.parse(fieldOf(report, 'Arrival-Date') ?? '');
  assert.ok(arrival >= before - 1_000 && arrival <= Date.now(), fieldOf(report, 'Arrival-Date'));
}

export interface NotaryScene {
  readonly gateway: Gateway;
  /** The server that offers DSN. */
  readonly dsn: Sink;
  /** Sends a message whose recipients are accepted; gives the reply to it. */
  send(sent: Sent, from?: string): Promise<Reply>;
  /** Sends a message, which is accepted. */
  accepted(sent: Sent, from?: string): Promise<void>;
  queueIsEmpty(): Promise<void>;
  /** The reports to ANN, of which there must be so many, once the queue is empty. */
  reports(count: number): Promise<readonly SinkMessage[]>;
  /** Kills Haraka and starts it again. */
  restart(): Promise<RunningHaraka>;
  /** Forgets messages and faults. */
  clear(): void;
  stop(): Promise<void>;
}

/** Starts the gateway and its servers. */
export async function startNotaryScene(): Promise<NotaryScene> {
  let restarted: RunningHaraka | undefined;
  const dsn = await startSink({ extensions: ['DSN', `SIZE ${limit}`] });
  const gateway = await startGateway({
    cnf: exampleFile('pmdf.cnf')
      .replace(
        '\n.domain.com   ',
        '\ndirect.dsn.test   $U@direct.dsn.test@DIRECT-DAEMON\nqueue.dsn.test   $U@queue.dsn.test@QUEUE-DAEMON\nlmtp.dsn.test   $U@lmtp.dsn.test@LMTP-DAEMON\nstore.test   $U@store.test@STORE-DAEMON\n.domain.com   ',
      )
      .concat(
        '\ntcp_direct smtp\nDIRECT-DAEMON\n\ntcp_queue smtp\nQUEUE-DAEMON\n\ntcp_lmtp smtp\nLMTP-DAEMON\n\ntcp_store smtp\nSTORE-DAEMON\n',
      ),
    mappings: `ORIG_SEND_ACCESS

  tcp_local|*|tcp_local|*             $NRelaying$ not$ permitted
  *|*|*|${BOB}|no+1@first.example   $NNot$ him
  *|*|*|${BOB}*                     $C$:S$NNot$ so
`,
    general: 'jane.doe  lou%queue.dsn.test@PROCESS-DAEMON\njoe  joe%other.com@PROCESS-DAEMON\n',
    config: {
      'pmdf/aliases':
        'alias: kim@direct.dsn.test\nlist: kim@direct.dsn.test, lee@queue.dsn.test\nsecond: max@lmtp.dsn.test, lee@queue.dsn.test\nlater: several@process-daemon\nseveral: ned@queue.dsn.test, lee@queue.dsn.test\n',
    },
    settings: 'access: { orcpt: true }\n',
    delivery: (ports) => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${ports.l}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
  tcp_internal: { method: through, next_hop: '127.0.0.1:${ports.tcp_internal}' }
  tcp_direct: { method: through, next_hop: '127.0.0.1:${dsn.port}' }
  tcp_queue: { method: queue, next_hop: '127.0.0.1:${dsn.port}' }
  tcp_lmtp: { method: through, next_hop: 'lmtp://127.0.0.1:${dsn.port}' }
  tcp_store: { method: queue, next_hop: 'lmtp://127.0.0.1:${ports.tcp_internal}' }
`,
  });

  async function send({ mail, to, text = sampleMessage('notary') }: Sent, from = ANN): Promise<Reply> {
    const client = await connect({ port: (restarted ?? gateway).port, localAddress: OURS });
    await client.ehlo();
    const begun = await client.mail(from, mail);
    assert.equal(begun.code, 250, begun.text);
    for (const [address, parameters] of to) {
      const given = await client.rcpt(address, parameters);
      assert.equal(given.code, 250, given.text);
    }
    const reply = await client.data(text);
    await client.quit();
    return reply;
  }

  async function accepted(sent: Sent, from?: string): Promise<void> {
    const reply = await send(sent, from);
    assert.equal(reply.code, 250, reply.text);
  }

  function queueIsEmpty(): Promise<void> {
    return until(
      () => gateway.filesIn('queue').length === 0,
      8_000,
      () => `${gateway.filesIn('queue').join(' ')} gone`,
    );
  }

  async function reports(count: number): Promise<readonly SinkMessage[]> {
    await queueIsEmpty();
    const { messages } = gateway.sinks.tcp_local;
    const found = messages.filter(({ envelopeFrom }) => envelopeFrom === '');
    assert.equal(found.length, count, messages.map(({ raw }) => raw.toString()).join('\n'));
    return found;
  }

  return {
    gateway,
    dsn,
    send,
    accepted,
    queueIsEmpty,
    reports,
    restart: async () => {
      gateway.kill('SIGKILL');
      await gateway.exited;
      dsn.acceptAll();
      restarted = await gateway.install.start();
      return restarted;
    },
    clear: () => {
      gateway.clearSinks();
      dsn.acceptAll();
      dsn.clear();
    },
    stop: async () => {
      await restarted?.stop();
      await gateway.stop();
      await dsn.stop();
    },
  };
}
