/*
 * Pages that do not read the events that they get.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import net from 'node:net';
import { LiveEvents } from '../../../plugins/watch/live-events.js';

it('a page that reads no events loses its place', async () => {
  // More than the kernel keeps for a reader.
  const state = { text: 'x'.repeat(20_000_000) };
  const events = new LiveEvents(
    async () => state,
    (message) => assert.fail(message),
    1,
  );
  const server = createServer((_request, response) => {
    assert.equal(events.add(response), true);
    response.once('close', () => server.emit('ended'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  assert.ok(bound !== null && typeof bound === 'object');
  const page = net.connect(bound.port, '127.0.0.1');
  page.pause();
  page.on('error', () => undefined);
  page.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(server, 'ended');
  page.destroy();
  server.close();
});
