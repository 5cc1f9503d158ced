/*
 * Connections to a next hop that serve several messages, in a running Haraka, with a next hop that misbehaves: nothing may be
 * lost, deferred, sent twice, or reach another recipient than its own. Deferred mail would wait for an hour.
 */
import assert from 'node:assert/strict';
import { unlinkSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { deliver, sampleMessage } from './support/deliver.js';
import { type Gateway, startGateway } from './support/gateway.js';
import { until } from './support/until.js';

const LIMIT_MS = 10_000;
const LONG_MESSAGE = 3_000_000;
const MOST_MESSAGES = 30;

type Step = 'MAIL' | 'RCPT' | 'DATA' | 'message';

/** What the server does at a step: sends this; null closes the connection. */
type Deed = string | null;

const GOOD: Readonly<Record<string, string>> = { DATA: '354 go on\r\n', QUIT: '221 bye\r\n' };

/** A session with the server. */
interface Session {
  readonly commands: string[];
  readonly messages: { readonly to: string; readonly text: string }[];
  isOpen: boolean;
}

/** A next hop that misbehaves once, at the given step of a message (from 1) of a session. */
class NextHop {
  readonly sessions: Session[] = [];
  fault: { readonly step: Step; readonly message: number; readonly deed: Deed } | null = null;
  /** Called to greet, when the test wants to decide when. */
  greetLater: ((greet: () => void) => void) | null = null;
  readonly #server = net.createServer((socket) => this.#serve(socket));
  readonly #sockets = new Set<net.Socket>();

  async start(): Promise<number> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    assert.ok(typeof address === 'object' && address !== null);
    return address.port;
  }

  get messages(): readonly { readonly to: string; readonly text: string }[] {
    return this.sessions.flatMap(({ messages }) => messages);
  }

  /** Closes all sessions and forgets them. */
  reset(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    this.sessions.length = 0;
    this.fault = null;
    this.greetLater = null;
  }

  stop(): void {
    this.reset();
    this.#server.close();
  }

  #serve(socket: net.Socket): void {
    const session: Session = { commands: [], messages: [], isOpen: true };
    this.sessions.push(session);
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      session.isOpen = false;
    });
    let rest = '';
    let text: string[] | null = null;
    let to = '';
    const answer = (step: string, good: string): boolean => {
      const { fault } = this;
      const isFaulty = fault?.step === step && fault.message === session.messages.length + 1;
      if (!isFaulty) return socket.write(good);
      this.fault = null;
      if (fault.deed === null) socket.destroy();
      else socket.write(fault.deed);
      return fault.deed?.startsWith('2') ?? false;
    };
    const command = (line: string): void => {
      const verb = line.slice(0, 4).toUpperCase();
      session.commands.push(verb);
      if (verb === 'RCPT') to = /<(.*)>/.exec(line)?.[1] ?? '';
      answer(verb, GOOD[verb] ?? '250 fine\r\n');
      if (verb === 'QUIT') socket.end();
      if (verb === 'DATA') text = [];
    };
    socket.on('data', (octets: Buffer) => {
      const lines = `${rest}${octets.toString('latin1')}`.split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (text === null) command(line);
        else if (line !== '.') text.push(line);
        else {
          const message = { to, text: text.join('\r\n') };
          text = null;
          answer('message', '250 accepted\r\n');
          session.messages.push(message);
        }
      }
    });
    const greet = (): void => {
      socket.write('220 next-hop.example\r\n');
    };
    if (this.greetLater === null) greet();
    else this.greetLater(greet);
  }
}

describe('a kept connection to a next hop', () => {
  let hop: NextHop;
  let gateway: Gateway;

  async function start(settings = '', protocol = 'smtp'): Promise<void> {
    hop = new NextHop();
    const port = await hop.start();
    gateway = await startGateway({
      delivery: ({ l }) => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${l}' }
  tcp_internal: { method: through, next_hop: '127.0.0.1:${l}' }
  tcp_local: { method: queue, next_hop: '${protocol}://127.0.0.1:${port}' }
${settings}`,
    });
  }
  async function stop(): Promise<void> {
    await gateway?.stop();
    hop?.stop();
  }

  const addressOf = (name: string): string => `${name}@other.com`;
  const arrived = (): string[] => hop.messages.map(({ to }) => to);

  async function send(name: string, message = sampleMessage(name)): Promise<void> {
    const replies = await deliver({
      port: gateway.port,
      localAddress: '127.0.1.5',
      from: 'bob@domain.com',
      to: [addressOf(name)],
      message,
    });
    assert.equal(replies.data?.code, 250);
  }

  async function queueIsEmpty(): Promise<void> {
    await until(
      () => gateway.filesIn('queue').length === 0,
      LIMIT_MS,
      () => `${gateway.filesIn('queue').join(' ')} delivered`,
    );
  }

  /** Sends messages until something has happened, and one more: on a slow machine connections are not kept long enough. */
  async function sendUntil(hasHappened: () => boolean): Promise<void> {
    const names = [];
    while (!hasHappened() && names.length < MOST_MESSAGES) {
      names.push(`m${names.length}`);
      await send(names.at(-1) ?? '');
      await queueIsEmpty();
    }
    assert.ok(hasHappened());
    names.push('last');
    await send('last');
    await queueIsEmpty();
    assert.deepEqual(arrived(), names.map(addressOf));
    for (const [at, { text }] of hop.messages.entries())
      assert.ok(text.includes(`Subject: ${names[at] ?? ''}\r\n`));
  }

  for (const [protocol, hello] of [
    ['smtp', 'EHLO'],
    ['lmtp', 'LHLO'],
  ] as const)
    describe(`by default, with ${protocol}`, () => {
      before(() => start('', protocol));
      after(() => stop());
      beforeEach(() => hop.reset());

      it('serves several messages and ends with QUIT', async () => {
        await sendUntil(() => hop.sessions.some(({ messages }) => messages.length > 1));
        await until(
          () => hop.sessions.every(({ isOpen }) => !isOpen),
          LIMIT_MS,
          () => 'the end of the sessions',
        );
        for (const { commands } of hop.sessions)
          assert.match(commands.join(' ').replace(hello, 'hello'), /^hello(?: MAIL RCPT DATA)+ QUIT$/);
      });

      for (const step of ['MAIL', 'RCPT', 'DATA'] as const)
        for (const [what, deed] of [
          ['closed', null],
          ['ended with 421', '421-4.3.2 too many\r\n421 4.3.2 messages\r\n'],
        ] as const)
          it(`loses and defers nothing when it is ${what} at the second ${step}`, async () => {
            hop.fault = { step, message: 2, deed };
            await sendUntil(() => hop.fault === null);
          });

      for (const [what, deed] of [
        ['a long reply', '250-accepted\r\n250-and\r\n250 queued\r\n'],
        ['a second reply', '250 accepted\r\n250 accepted\r\n'],
        ['421 behind the reply', '250 accepted\r\n421 4.3.2 closing\r\n'],
        ['half a line behind the reply', '250 accepted\r\n42'],
      ] as const)
        it(`keeps replies and commands together after ${what}`, async () => {
          hop.fault = { step: 'message', message: 1, deed };
          await sendUntil(() => hop.fault === null);
        });

      for (const deed of ['250 accepted\r\n250 fine\r\n', '550 no\r\n250 fine\r\n'])
        it(`keeps them together after a late reply: ${deed.split('\r')[0]}`, async () => {
          hop.fault = { step: 'MAIL', message: 2, deed };
          await sendUntil(() => hop.fault === null);
        });

      it('bounces only the message whose recipient is refused', async () => {
        hop.fault = { step: 'RCPT', message: 1, deed: '550 5.1.1 no such user\r\n' };
        for (const name of ['a', 'b', 'c']) {
          await send(name);
          await queueIsEmpty();
        }
        assert.deepEqual(arrived(), ['b', 'c'].map(addressOf));
        // The copy for the postmaster may arrive first.
        const bounce = await gateway.sinks.l.messageTo('bob@domain.com');
        assert.match(bounce.raw.toString('latin1'), /no such user/);
      });

      it('carries long messages whole', async () => {
        const line = `${'x'.repeat(70)}\r\n`;
        const long = sampleMessage('long') + line.repeat(LONG_MESSAGE / line.length);
        for (const name of ['a', 'b', 'c']) {
          await send(name, name === 'b' ? long : sampleMessage(name));
          await queueIsEmpty();
        }
        assert.deepEqual(arrived(), ['a', 'b', 'c'].map(addressOf));
        const text = hop.messages[1]?.text ?? '';
        assert.ok(`${text}\r\n`.endsWith(long.slice(long.indexOf('Hello.'))));
      });

      it('sends no message whose queue file was removed before the server greeted', async () => {
        const waiting = new Promise<() => void>((resolve) => {
          hop.greetLater = resolve;
        });
        await send('a');
        const greet = await waiting;
        for (const name of gateway.filesIn('queue'))
          unlinkSync(path.join(gateway.install.dir, 'queue', name));
        greet();
        await gateway.waitForLog(/Reading from the data stream failed: .*ENOENT/);
        assert.deepEqual(arrived(), []);
      });
    });

  describe('where the settings do not want it', () => {
    before(() => start('  keep_connections: false\n'));
    after(() => stop());

    it('serves one message', async () => {
      await sendUntil(() => hop.messages.length > 1);
      await until(
        () => hop.sessions.every(({ isOpen }) => !isOpen),
        LIMIT_MS,
        () => 'the end of the sessions',
      );
      for (const { commands } of hop.sessions) assert.equal(commands.join(' '), 'EHLO MAIL RCPT DATA QUIT');
    });
  });

  describe('that is open', () => {
    before(() => start());
    after(() => stop());

    it('does not keep Haraka from ending', async () => {
      await send('a');
      await queueIsEmpty();
      gateway.kill('SIGTERM');
      assert.equal((await gateway.exited).signal, 'SIGTERM');
    });
  });
});
