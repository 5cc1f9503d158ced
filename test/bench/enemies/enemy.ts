/*
 * A client that attacks, in a process of its own: `enemy KIND PORT,...` opens a hundred connections a second until it is killed. It
 * prints a line `open` for each, and the code of each line that the server sends.
 */
import net from 'node:net';
import { countedAddress, type EnemyKind, enemyKinds } from './kinds.js';

const [given = '', ports = ''] = process.argv.slice(2);
const everyMs = 10;
/** More are not kept open. */
const mostOpen = 400;
/** Between two octets of a slow client. */
const slowMs = 500;

function isKind(text: string): text is EnemyKind {
  return enemyKinds.some((kind) => kind === text);
}

function speak(kind: EnemyKind, socket: net.Socket): void {
  switch (kind) {
    case 'one address':
    case 'an address for each connection':
      socket.write('QUIT\r\n');
      return;
    case 'slow clients': {
      const timer = setInterval(() => socket.write('E'), slowMs);
      socket.once('close', () => clearInterval(timer));
      return;
    }
    case 'bad commands':
      socket.write('NONSENSE\r\n'.repeat(20));
      return;
    case 'AUTH guesses': {
      const guess = Buffer.from(`\0jane\0guess${count}`).toString('base64');
      socket.write(`EHLO enemy.example\r\nAUTH PLAIN ${guess}\r\n`);
      return;
    }
    case 'silent clients':
      return;
  }
}

function addressOf(kind: EnemyKind): string {
  switch (kind) {
    case 'one address':
      return countedAddress;
    case 'an address for each connection':
    // Guesses of one address are made to wait, so that few are checked.
    case 'AUTH guesses':
      return `127.7.${Math.floor(count / 250) % 250}.${1 + (count % 250)}`;
    case 'slow clients':
    case 'bad commands':
    case 'silent clients':
      return '127.8.0.1';
  }
}

let count = 0;
const open: net.Socket[] = [];

function attack(kind: EnemyKind): void {
  count += 1;
  const all = ports.split(',').map(Number);
  const port = all[count % all.length] ?? 0;
  const socket = net.connect({ host: '127.0.0.1', port, localAddress: addressOf(kind) });
  socket.on('error', () => undefined);
  socket.once('connect', () => process.stdout.write('open\n'));
  let rest = '';
  let isGreeted = false;
  socket.on('data', (octets) => {
    const lines = (rest + octets.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) process.stdout.write(`${line.slice(0, 3)}\n`);
    if (isGreeted || lines[0]?.startsWith('220') !== true) return;
    isGreeted = true;
    speak(kind, socket);
  });
  open.push(socket);
  if (open.length > mostOpen) open.shift()?.destroy();
}

if (!isKind(given)) throw new Error(`there is no enemy ${given}`);
const kind = given;
const begun = performance.now();
// A timer that is late on a busy machine makes up for it, so that the rate is kept.
setInterval(() => {
  const due = Math.floor((performance.now() - begun) / everyMs);
  while (count < due) attack(kind);
}, everyMs);
