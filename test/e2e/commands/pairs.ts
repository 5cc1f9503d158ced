/*
 * Every pair of commands in one packet, in every state of a session, followed by another command.
 */

import { PacketClient } from './packet-client.js';

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** The AUTH command of a client. */
const goodAuth = `AUTH PLAIN ${base64('\0jane\0apples')}`;

/** The commands. */
const commands: readonly string[] = [
  'EHLO client.example',
  'HELO client.example',
  'LHLO client.example',
  'AUTH',
  'AUTH X',
  'AUTH PLAIN',
  `AUTH PLAIN ${base64('\0jane\0pears')}`,
  goodAuth,
  'AUTH LOGIN',
  'STARTTLS',
  'MAIL FROM:<a@client.example>',
  'RCPT TO:<bob@domain.com>',
  'DATA',
  'RSET',
  'VRFY bob',
  'NOOP',
  'HELP',
  'QUIT',
  'XCLIENT ADDR=192.0.2.1',
  'PROXY TCP4 192.0.2.1 192.0.2.2 40000 25',
  'FOO bar',
  '',
  'x'.repeat(600),
  '.',
  '*',
  base64('apples'),
  'AUTH X\rAUTH X',
];

/** The client, by the address that it comes from. */
export type Who = 'stranger' | 'client' | 'user';

/** The commands before the pair, in one packet; a message is sent in one of its own. */
export interface State {
  readonly name: string;
  readonly who: Who;
  readonly before: readonly string[];
}

const ehlo = 'EHLO client.example';
const mail = 'MAIL FROM:<a@client.example>';
const rcpt = 'RCPT TO:<bob@domain.com>';
const message = 'message';

/** The states of a session. */
const states: readonly State[] = [
  { name: 'greeting', who: 'stranger', before: [] },
  { name: 'EHLO', who: 'stranger', before: [ehlo] },
  { name: 'MAIL', who: 'stranger', before: [ehlo, mail] },
  { name: 'RCPT', who: 'stranger', before: [ehlo, mail, rcpt] },
  { name: 'message', who: 'stranger', before: [ehlo, message] },
  { name: 'EHLO', who: 'client', before: [ehlo] },
  { name: 'AUTH', who: 'client', before: [ehlo, 'AUTH LOGIN'] },
  { name: 'EHLO', who: 'user', before: [ehlo] },
  { name: 'MAIL', who: 'user', before: [ehlo, mail] },
  { name: 'RCPT', who: 'user', before: [ehlo, mail, rcpt] },
  { name: 'message', who: 'user', before: [ehlo, message] },
];

const networks: Readonly<Record<Who, string>> = {
  stranger: '127.0.9',
  client: '127.0.6',
  user: '127.0.6',
};

const atOnce = 8;

async function deliver(client: PacketClient): Promise<void> {
  await client.send(ehlo, mail, rcpt);
  await client.send('DATA');
  await client.send('Subject: x\r\n\r\nx\r\n.');
}

/** Opens one connection after the other, until all pairs of a state are done. */
class Player {
  readonly #port: number;
  readonly #state: State;
  readonly #address: string;
  #client: PacketClient | null = null;

  constructor(port: number, state: State, host: number) {
    this.#port = port;
    this.#state = state;
    this.#address = `${networks[state.who]}.${host}`;
  }

  async play(lines: readonly string[]): Promise<void> {
    const client = await this.#ready();
    const codes = await client.send(...lines);
    // The challenge is cancelled, so that the next pair begins in the same state.
    if (!client.isOver && codes.at(-1) === '334') await client.send('*');
    if (client.isOver || this.#state.before.length === 0) this.close();
  }

  close(): void {
    this.#client?.close();
    this.#client = null;
  }

  async #ready(): Promise<PacketClient> {
    const { before, who } = this.#state;
    if (this.#client === null) {
      this.#client = await PacketClient.open(this.#port, this.#address);
      if (who === 'user') await this.#client.send(ehlo, goodAuth);
      if (before.includes(message)) await deliver(this.#client);
    }
    const commandsBefore = before.filter((line) => line !== message);
    if (commandsBefore.length > 0) await this.#client.send('RSET', ...commandsBefore);
    return this.#client;
  }
}

/** Commands of each kind: those that core, TLS and AUTH handle, and unknown ones. */
const ofEachKind = new Set(
  ['EHLO', 'AUTH', 'STARTTLS', 'MAIL', 'RCPT', 'DATA', 'FOO', ''].map(
    (verb) => commands.find((command) => command.split(' ')[0] === verb) ?? verb,
  ),
)
  .add(goodAuth)
  .add('AUTH PLAIN');

/**
 * The pairs of one state on one server, each with a command after it: all pairs of commands of each kind, and a share of
 * the others. With PMDF_PAIRS=all it is all of them, which takes minutes.
 */
function pairsOf(share: number, shares: number): (readonly string[])[] {
  const pairs = commands.flatMap((first) => commands.map((second) => [first, second, 'NOOP'] as const));
  return pairs.filter(
    ([first, second], index) =>
      process.env['PMDF_PAIRS'] === 'all' ||
      index % shares === share ||
      (ofEachKind.has(first) && ofEachKind.has(second)),
  );
}

/**
 * Plays pairs in all states on one of several servers; gives how many there were. Rejects when a command is not
 * answered.
 */
export async function playPairs(port: number, server: number, servers: number): Promise<number> {
  const counts = states.map(async (state, index) => {
    const pairs = pairsOf(server * states.length + index, servers * states.length);
    const left = [...pairs];
    const play = async (host: number): Promise<void> => {
      const player = new Player(port, state, host);
      for (let pair = left.pop(); pair !== undefined; pair = left.pop()) await player.play(pair);
      player.close();
    };
    await Promise.all(Array.from({ length: atOnce }, (_, at) => play(1 + index * atOnce + at)));
    return pairs.length;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/** Plays XCLIENT from a client that may use it, followed by every command; returns the number of sessions. */
export async function playXclient(port: number): Promise<number> {
  for (const command of commands) {
    const client = await PacketClient.open(port, '127.0.0.1');
    await client.send(ehlo, 'XCLIENT ADDR=192.0.2.1', command, 'NOOP');
    client.close();
  }
  return commands.length;
}
