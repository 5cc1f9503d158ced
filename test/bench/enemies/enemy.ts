/*
 * A client that attacks, in a process of its own: `enemy KIND PORT,...` opens a hundred connections a second until it is killed, and
 * prints how many were greeted with 220 after each.
 */
import net from 'node:net';
import { type EnemyKind, enemyKinds } from './kinds.js';

const [given = '', ports = ''] = process.argv.slice(2);
const everyMs = 10;
/** More are not kept open. */
const mostOpen = 400;

function isKind(text: string): text is EnemyKind {
  return enemyKinds.some(({ kind }) => kind === text);
}

/** What is said after the greeting. */
function speech(kind: EnemyKind): string {
  switch (kind) {
    case 'one address':
    case 'an address for each connection':
      return 'QUIT\r\n';
    case 'slow clients':
      return 'E';
    case 'bad commands':
      return 'NONSENSE\r\n'.repeat(20);
    case 'AUTH guesses':
      return `EHLO enemy.example\r\nAUTH PLAIN ${Buffer.from('\0jane\0guess').toString('base64')}\r\n`;
    case 'silent clients':
      return '';
  }
}

let count = 0;
let greeted = 0;
const open: net.Socket[] = [];

function attack(kind: EnemyKind): void {
  count += 1;
  const all = ports.split(',').map(Number);
  const port = all[count % all.length] ?? 0;
  const isMany = kind === 'an address for each connection';
  const localAddress = isMany ? `127.7.${(count >> 8) % 40}.${count & 255 || 1}` : '127.6.0.1';
  const socket = net.connect({ host: '127.0.0.1', port, localAddress });
  socket.on('error', () => undefined);
  socket.once('data', (octets) => {
    if (!octets.toString('latin1').startsWith('220')) return;
    greeted += 1;
    process.stdout.write(`${greeted}\n`);
    socket.write(speech(kind));
    socket.resume();
  });
  open.push(socket);
  if (open.length > mostOpen) open.shift()?.destroy();
}

if (!isKind(given)) throw new Error(`there is no enemy ${given}`);
setInterval(() => attack(given), everyMs);
