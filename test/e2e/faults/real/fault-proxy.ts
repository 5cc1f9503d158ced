/*
 * A proxy between the gateway and a mail server, which gives the server faults that it cannot have by itself. It passes one command
 * at a time, and at each step does what a script says: it answers itself and the server does not hear of the command, drops the
 * connection, is silent, is slow, or kills the server. It records which recipients it has refused for good itself.
 */

import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Deed, Step } from '../scripted-hop.js';
import { ReplyLines } from './reply-lines.js';

/** `slow`: the answer comes half a second later; `kill`: the server gets SIGKILL and the connection ends. */
export type ProxyDeed = Deed | 'slow' | 'kill';

/** What to do at a step for the recipient with this number; undefined to pass everything on. */
export type ProxyScript = (step: Step, recipient: number) => ProxyDeed | undefined;

const SLOW_MS = 500;

const noFault: ProxyScript = () => undefined;

/** Whether a deed is an answer that a server gives to what it has accepted. */
function isPositive(deed: ProxyDeed): boolean {
  return /^[23]\d\d[ -]/.test(deed);
}

/** Whether the server does not hear of what is answered like this: everything else that is not positive, nonsense too. */
function isRefusal(deed: ProxyDeed): boolean {
  return !isPositive(deed) && !['drop', 'silence', 'kill', 'slow'].includes(deed);
}

interface Session {
  readonly client: net.Socket;
  readonly server: net.Socket;
  readonly fromClient: ReplyLines;
  readonly fromServer: ReplyLines;
  isLmtp: boolean;
  isSilent: boolean;
  /** The accepted recipients of the message. */
  to: string[];
}

/** A running proxy. */
export class FaultProxy {
  readonly #listener = net.createServer((client) => void this.#serve(client));
  /** Every command since the last `follow`, its octets as characters. */
  readonly heard: string[] = [];
  readonly #sessions = new Set<Session>();
  readonly #refused = new Set<string>();
  #refusesAll = false;
  #script: ProxyScript = noFault;
  #keepsSilently = false;
  #recipients: readonly string[] = [];
  #hits = 0;
  #port = 0;

  readonly #serverPort: number;
  readonly #killServer: () => Promise<void>;
  /** The kill of this fault; a second one would hit the server that was started again. */
  #killed: Promise<void> | undefined;

  constructor(serverPort: number, killServer: () => Promise<void>) {
    this.#serverPort = serverPort;
    this.#killServer = killServer;
  }

  get port(): number {
    return this.#port;
  }

  get hits(): number {
    return this.#hits;
  }

  /** Whether it refused an address itself. */
  hasRefused(address: string): boolean {
    return this.#refusesAll || this.#refused.has(address);
  }

  async listen(): Promise<void> {
    this.#listener.listen(this.#port, '127.0.0.1');
    await once(this.#listener, 'listening');
    const address = this.#listener.address();
    if (typeof address !== 'object' || address === null) throw new Error('the proxy listens on no port');
    this.#port = address.port;
  }

  async close(): Promise<void> {
    const closed = once(this.#listener, 'close');
    this.#listener.close();
    for (const session of this.#sessions) end(session);
    await closed;
  }

  async alone(): Promise<void> {
    while (this.#sessions.size > 0) {
      await Promise.race(
        [...this.#sessions].map(
          ({ client }) => new Promise<void>((resolve) => client.once('close', () => resolve())),
        ),
      );
    }
  }

  /** Follows a script for these recipients; `keepsSilently`: the server gets a message before its answer is dropped or kept back. */
  follow(script: ProxyScript | undefined, keepsSilently: boolean, recipients: readonly string[]): void {
    this.#script = script ?? noFault;
    this.#keepsSilently = keepsSilently;
    this.#recipients = recipients;
    this.#refusesAll = false;
    this.#hits = 0;
    this.#killed = undefined;
    this.heard.length = 0;
    // A connection that the gateway has kept is in no known state of the server.
    for (const session of this.#sessions) end(session);
  }

  /** Passes everything on from now; sessions that were silent are closed. */
  mend(): void {
    this.#script = noFault;
    for (const session of this.#sessions) if (session.isSilent) end(session);
  }

  async #serve(client: net.Socket): Promise<void> {
    const server = net.connect(this.#serverPort, '127.0.0.1');
    const session: Session = {
      client,
      server,
      fromClient: new ReplyLines(client),
      fromServer: new ReplyLines(server),
      isLmtp: false,
      isSilent: false,
      to: [],
    };
    this.#sessions.add(session);
    client.once('close', () => {
      this.#sessions.delete(session);
      server.destroy();
    });
    // A silent session stays open until its client leaves.
    client.on('end', () => client.end());
    await this.#talk(session);
    if (!session.isSilent) end(session);
  }

  async #talk(session: Session): Promise<void> {
    if ((await this.#step(session, 'greeting', '')) === undefined) return;
    for (;;) {
      const line = await session.fromClient.next();
      if (line === undefined) return;
      this.heard.push(line);
      if ((await this.#command(session, line)) === undefined) return;
    }
  }

  /** Passes a command and its answer; the answer, or undefined when the session is over. */
  async #command(session: Session, line: string): Promise<string | undefined> {
    const command = `${line}\r\n`;
    switch (line.slice(0, 4).toUpperCase()) {
      case 'LHLO':
      case 'EHLO':
      case 'HELO':
        session.isLmtp = line.toUpperCase().startsWith('LHLO');
        return this.#step(session, 'hello', command);
      case 'MAIL':
        session.to = [];
        return this.#step(session, 'mail', command);
      case 'RCPT': {
        const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
        const reply = await this.#step(session, 'rcpt', command, address);
        if (reply?.startsWith('2')) session.to.push(address);
        return reply;
      }
      case 'DATA':
        return this.#data(session, command);
      default:
        session.server.write(command, 'latin1');
        return this.#pass(session);
    }
  }

  /** DATA and the message. A message that the script keeps from the server is taken in its place. */
  async #data(session: Session, command: string): Promise<string | undefined> {
    const deed = this.#script('dot', this.#numberOf(session.to[0]));
    // The server gives up a message without an end.
    const isCutOff = (deed === 'drop' || deed === 'silence' || deed === 'kill') && !this.#keepsSilently;
    const isOurs = deed !== undefined && isRefusal(deed);
    if (isOurs) session.client.write('354 go on\r\n');
    else {
      const reply = await this.#step(session, 'data', command);
      if (!reply?.startsWith('354')) return reply;
    }
    let message = '';
    for (let line = ''; line !== '.'; ) {
      const next = await session.fromClient.next();
      if (next === undefined) return undefined;
      line = next;
      if (line !== '.') message += `${line}\r\n`;
    }
    if (isCutOff) {
      session.server.write(message, 'latin1');
      return this.#carryOut(session, deed, 'dot', session.to);
    }
    if (!isOurs) return this.#dot(session, `${message}.\r\n`);
    session.server.write('RSET\r\n');
    await session.fromServer.reply();
    let answered: string | undefined;
    for (const _answer of session.isLmtp ? session.to : [''])
      answered = await this.#carryOut(session, deed, 'dot', session.to);
    return answered;
  }

  /** Gives the server the end of a message and passes its answers, by LMTP one for each recipient. */
  async #dot(session: Session, message: string): Promise<string | undefined> {
    const { to, isLmtp, server, client, fromServer } = session;
    server.write(message, 'latin1');
    const replies: (string | undefined)[] = [];
    for (const _one of isLmtp ? to : [to]) replies.push(await fromServer.reply());
    let answered: string | undefined = '';
    for (const [at, reply] of replies.entries()) {
      const whom = isLmtp ? to.slice(at, at + 1) : to;
      if (reply === undefined) return undefined;
      this.#noteOwnFault(reply);
      const deed = this.#script('dot', this.#numberOf(whom[0]));
      if (deed === undefined) {
        client.write(reply, 'latin1');
        answered = reply;
        continue;
      }
      answered = await this.#carryOut(session, deed, 'dot', whom, reply);
      if (answered === undefined) return undefined;
    }
    return answered;
  }

  /** One command with one answer. */
  async #step(session: Session, step: Step, command: string, address?: string): Promise<string | undefined> {
    const whom = address === undefined ? [] : [address];
    const deed = this.#script(step, this.#numberOf(address));
    if (deed !== undefined && deed !== 'slow' && !isPositive(deed))
      return this.#carryOut(session, deed, step, whom);
    session.server.write(command, 'latin1');
    const reply = await session.fromServer.reply();
    if (reply === undefined) return undefined;
    this.#noteOwnFault(reply);
    if (deed !== undefined) return this.#carryOut(session, deed, step, whom, reply);
    session.client.write(reply, 'latin1');
    return reply;
  }

  async #pass({ client, fromServer }: Session): Promise<string | undefined> {
    const reply = await fromServer.reply();
    if (reply !== undefined) client.write(reply, 'latin1');
    return reply;
  }

  /** Does what the script says; `reply` is what the server said to it. */
  async #carryOut(
    session: Session,
    deed: ProxyDeed,
    step: Step,
    whom: readonly string[],
    reply = '',
  ): Promise<string | undefined> {
    // Whoever waits for the hit mends the server then.
    if (deed === 'kill') {
      this.#killed ??= this.#killServer();
      await this.#killed;
    }
    if (deed === 'silence') session.isSilent = true;
    this.#hits += 1;
    switch (deed) {
      case 'drop':
      case 'kill':
      case 'silence':
        return undefined;
      case 'slow':
        await pause(SLOW_MS);
        session.client.write(reply, 'latin1');
        return reply;
      default:
        session.client.write(deed, 'latin1');
        this.#noteRefusal(deed, step, whom);
        return deed;
    }
  }

  /** Whatever the server refuses by itself is a fault too. */
  #noteOwnFault(reply: string): void {
    if (/^[45]/.test(reply)) this.#hits += 1;
  }

  /** A refusal at a step without a recipient is that of all. */
  #noteRefusal(deed: string, step: Step, whom: readonly string[]): void {
    if (!deed.startsWith('5')) return;
    if (step !== 'rcpt' && step !== 'dot') this.#refusesAll = true;
    for (const one of whom) this.#refused.add(one);
  }

  #numberOf(address = ''): number {
    const at = this.#recipients.indexOf(address);
    return at === -1 ? Number.NaN : at;
  }
}

function end({ client, server }: Session): void {
  client.destroySoon();
  server.destroy();
}
