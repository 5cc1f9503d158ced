/*
 * A next hop that speaks SMTP and LMTP and follows a script: at any step, for any recipient, it sends what the script says
 * instead of a good reply. It counts for whom it kept a message, and whom it refused for good.
 * Ref: RFC 2033 4.2
 */

import { once } from 'node:events';
import net from 'node:net';
import type { FaultRow } from './fault-rows.js';
import type { FaultyHop } from './faulty-hop.js';

/** The steps of a session; `dot` is the end of a message, by LMTP once for each recipient. */
export type Step = 'greeting' | 'hello' | 'mail' | 'rcpt' | 'data' | 'dot';

/** What is sent, with its line ends; or the connection is dropped, or nothing is sent. */
export type Deed = string | 'drop' | 'silence';

/** What to do at a step for the recipient with this number; undefined for a good reply. */
export type Script = (step: Step, recipient: number) => Deed | undefined;

const good: Readonly<Record<Step, string>> = {
  greeting: '220 hop.example\r\n',
  hello: '250-hop.example\r\n250 8BITMIME\r\n',
  mail: '250 sender\r\n',
  rcpt: '250 recipient\r\n',
  data: '354 go on\r\n',
  dot: '250 2.0.0 kept\r\n',
};

/** The code of the last whole line; 0 if it has none. */
function codeOf(deed: Deed): number {
  return Number(/(?:^|\r\n)(\d{3})(?: [^\r\n]*)?\r\n$/.exec(deed)?.[1] ?? 0);
}

/** The number of a recipient: the last one in its local part. */
function numberOf(address: string): number {
  return Number(/(\d+)@/.exec(address)?.[1] ?? Number.NaN);
}

interface Session {
  readonly socket: net.Socket;
  isLmtp: boolean;
  to: string[];
  isMessage: boolean;
  isSilent: boolean;
}

/** A running next hop. */
export class ScriptedHop implements FaultyHop<FaultRow> {
  readonly #server = net.createServer((socket) => this.#serve(socket));
  readonly #sessions = new Set<Session>();
  readonly #kept = new Map<string, number>();
  readonly #refused = new Set<string>();
  readonly #asked = new Set<string>();
  #script: Script = () => undefined;
  /** Whether a message counts although no reply to it is sent. */
  #keepsSilently = false;
  #refusesAll = false;
  #hits = 0;
  #unanswered = 0;
  #port = 0;

  get port(): number {
    return this.#port;
  }

  get hits(): number {
    return this.#hits;
  }

  get unanswered(): number {
    return this.#unanswered;
  }

  kept(address: string): number {
    return this.#kept.get(address) ?? 0;
  }

  hasRefused(address: string): boolean {
    return this.#refusesAll || this.#refused.has(address);
  }

  /** Whether an address was named. */
  hasAsked(address: string): boolean {
    return this.#asked.has(address);
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the next hop listens on no port');
    this.#port = address.port;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const { socket } of this.#sessions) socket.destroy();
    await closed;
  }

  async alone(): Promise<void> {
    while (this.#sessions.size > 0) {
      await Promise.race([...this.#sessions].map(({ socket }) => once(socket, 'close')));
    }
  }

  /** Drops and silences after a message do not mean that it is lost if the fault keeps it silently. */
  misbehave({ script, keptSilently }: FaultRow): void {
    this.#script = script;
    this.#keepsSilently = keptSilently !== undefined;
    this.#refusesAll = false;
    this.#hits = 0;
    this.#unanswered = 0;
    // A connection that was kept is not greeted again.
    const isAtBeginning = [script('greeting', 0), script('hello', 0)].some((deed) => deed !== undefined);
    if (isAtBeginning) for (const { socket } of this.#sessions) socket.destroy();
  }

  mend(): void {
    this.#script = () => undefined;
    for (const { socket, isSilent } of this.#sessions) if (isSilent) socket.destroy();
  }

  settle(): void {
    // It counts before it answers.
  }

  #serve(socket: net.Socket): void {
    const session: Session = { socket, isLmtp: false, to: [], isMessage: false, isSilent: false };
    this.#sessions.add(session);
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.end());
    socket.once('close', () => this.#sessions.delete(session));
    let rest = '';
    socket.on('data', (octets: Buffer) => {
      const lines = `${rest}${octets.toString('latin1')}`.split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#line(session, line);
    });
    this.#answer(session, 'greeting', Number.NaN);
  }

  /** Sends what is due at a step; the code, or 0 when it is not known. */
  #answer(session: Session, step: Step, recipient: number): number {
    const deed = this.#script(step, recipient);
    if (deed !== undefined) this.#hits += 1;
    if (deed === 'drop') session.socket.destroySoon();
    else if (deed === 'silence') session.isSilent = true;
    else session.socket.write(deed ?? good[step]);
    const code = codeOf(deed ?? good[step]);
    if (code >= 500 && step !== 'rcpt' && step !== 'dot') this.#refusesAll = true;
    return code;
  }

  #line(session: Session, line: string): void {
    if (session.isMessage) {
      if (line === '.') this.#endOfMessage(session);
      return;
    }
    const verb = line.slice(0, 4).toUpperCase();
    const address = /<(.*)>/.exec(line)?.[1] ?? '';
    switch (verb) {
      case 'LHLO':
      case 'EHLO':
      case 'HELO':
        session.isLmtp = verb === 'LHLO';
        this.#answer(session, 'hello', Number.NaN);
        return;
      case 'MAIL':
        session.to = [];
        this.#answer(session, 'mail', Number.NaN);
        return;
      case 'RCPT': {
        this.#asked.add(address);
        const code = this.#answer(session, 'rcpt', numberOf(address));
        if (code >= 200 && code < 300) session.to.push(address);
        if (code >= 500) this.#refused.add(address);
        return;
      }
      case 'DATA':
        session.isMessage = this.#answer(session, 'data', Number.NaN) === 354;
        return;
      case 'QUIT':
        session.socket.end('221 bye\r\n');
        return;
      default:
        session.socket.write('500 what?\r\n');
    }
  }

  #endOfMessage(session: Session): void {
    const { to, isLmtp } = session;
    session.isMessage = false;
    session.to = [];
    let code: number | null = null;
    for (const address of to) {
      // By SMTP the first answer is that for all; by LMTP there are no more once one is missing.
      if (code === null || (isLmtp && code !== 0)) code = this.#answer(session, 'dot', numberOf(address));
      const isKept = code === 0 ? this.#keepsSilently : code < 300;
      if (isKept) this.#count(address);
      if (isKept && code === 0) this.#unanswered += 1;
      if (code >= 500) this.#refused.add(address);
    }
  }

  #count(address: string): void {
    this.#kept.set(address, this.kept(address) + 1);
  }
}
