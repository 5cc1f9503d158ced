/*
 * A socketmap server with addresses in memory, as a process of its own; its argument is their number. It prints its port.
 * Ref: Postfix socketmap_table(5)
 */
import { createServer, type Socket } from 'node:net';
import { netstring } from '../../../runtime/stores/clients/netstring.js';
import { batches, keyFor, valueFor } from './addresses.js';

const addresses = new Map<string, string>();
for (const numbers of batches(Number(process.argv[2]), 10_000)) {
  for (const key of numbers.map(keyFor)) addresses.set(key, valueFor(key));
}

function replyTo(request: string): string {
  const value = addresses.get(request.slice(request.indexOf(' ') + 1));
  return value === undefined ? 'NOTFOUND ' : `OK ${value}`;
}

/** Requests are short ASCII texts. */
function serve(socket: Socket): void {
  let rest = '';
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    rest += chunk.toString('latin1');
    for (;;) {
      const colon = rest.indexOf(':');
      const end = colon + 1 + Number(rest.slice(0, Math.max(colon, 0)));
      if (colon === -1 || rest.length <= end) return;
      socket.write(netstring(replyTo(rest.slice(colon + 1, end))));
      rest = rest.slice(end + 1);
    }
  });
}

const server = createServer(serve);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' && address !== null ? address.port : ''}\n`);
});
// It ends with the benchmark.
process.stdin.resume();
process.stdin.on('end', () => process.exit());
