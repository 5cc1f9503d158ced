/*
 * Asks Postfix's trivial-rewrite daemon how it reads an address, as smtpd does before it accepts a recipient: first to
 * rewrite the address to its standard form, then to resolve that to a transport. Requests and answers are NUL-ended
 * names and values; an empty name ends each.
 */

import net from 'node:net';
import { type Reading, requireOneLine } from './address-reading.js';

const CLASS_LOCAL = 256;
const CLASS_LEAVES = 4096;
// Flag 2 only says that the local part still has routing: such mail is sent to the next host anyway.
const FAULT = 4 | 8;

/** Keeps a connection to the daemon, for as long as the daemon lives. */
export interface PostfixResolver {
  read(addresses: readonly string[]): Promise<readonly Reading[]>;
}

type Attributes = ReadonlyMap<string, string>;

/** Drops the quotes and escapes of an address: Postfix resolves the unquoted form. */
function unquoted(address: string): string {
  let text = '';
  for (let at = 0; at < address.length; at += 1) {
    const char = address[at];
    if (char === '"') continue;
    if (char === '\\' && at + 1 < address.length) at += 1;
    text += address[at];
  }
  return text;
}

/** One connection that answers requests in their order. */
class Exchange {
  readonly #socket: net.Socket;
  #rest = '';
  #fields: string[] = [];
  readonly #waiting: { resolve(answer: Attributes): void; reject(error: Error): void }[] = [];
  isOpen = true;

  constructor(socketPath: string) {
    this.#socket = net.connect(socketPath);
    this.#socket.setEncoding('utf8');
    this.#socket.unref();
    // The daemon greets with the name of its protocol, in the form of an answer.
    this.#waiting.push({ resolve: () => undefined, reject: () => undefined });
    this.#socket.on('data', (chunk: string) => this.#feed(chunk));
    this.#socket.once('error', (error) => this.#end(error));
    this.#socket.once('close', () => this.#end(new Error("Postfix's rewrite service closed the connection")));
  }

  #feed(chunk: string): void {
    const parts = (this.#rest + chunk).split('\0');
    this.#rest = parts.pop() ?? '';
    for (const part of parts) {
      if (part !== '' || this.#fields.length % 2 === 1) {
        this.#fields.push(part);
        continue;
      }
      const answer = new Map<string, string>();
      for (let at = 0; at < this.#fields.length; at += 2) {
        answer.set(this.#fields[at] ?? '', this.#fields[at + 1] ?? '');
      }
      this.#fields = [];
      this.#waiting.shift()?.resolve(answer);
    }
  }

  #end(error: Error): void {
    this.isOpen = false;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  ask(request: readonly (readonly [string, string])[]): Promise<Attributes> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#socket.write(`${request.map(([name, value]) => `${name}\0${value}\0`).join('')}\0`);
    });
  }
}

/** Opens the `private/rewrite` socket of a Postfix on the first question. */
export function openPostfixResolver(socketPath: string): PostfixResolver {
  let exchange: Exchange | undefined;
  const ask = (request: readonly (readonly [string, string])[]): Promise<Attributes> => {
    if (exchange === undefined || !exchange.isOpen) exchange = new Exchange(socketPath);
    return exchange.ask(request);
  };
  const readOne = async (address: string): Promise<Reading> => {
    const rewritten = await ask([
      ['request', 'rewrite'],
      ['rule', 'local'],
      ['address', requireOneLine(address)],
    ]);
    const standard = rewritten.get('address') ?? '';
    if (standard === '') return { kind: 'refused', address, reason: 'no address' };
    const resolved = await ask([
      ['request', 'resolve'],
      ['sender', 'sender@client.example'],
      ['address', unquoted(standard)],
    ]);
    const flags = Number(resolved.get('flags'));
    const recipient = resolved.get('recipient') ?? '';
    if ((flags & FAULT) !== 0) return { kind: 'refused', address, reason: `resolve flags ${flags}` };
    if ((flags & CLASS_LOCAL) !== 0) return { kind: 'local', address, recipient };
    if ((flags & CLASS_LEAVES) === 0)
      throw new Error(`Postfix resolves \`${address}\` to unknown flags ${flags}`);
    return { kind: 'leaves', address, recipient, host: recipient.slice(recipient.lastIndexOf('@') + 1) };
  };
  return {
    read: async (addresses) => {
      const readings: Reading[] = [];
      for (const address of addresses) readings.push(await readOne(address));
      return readings;
    },
  };
}
