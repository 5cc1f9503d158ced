/*
 * Addresses in a socketmap server of the benchmark's own.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { socketmapClient } from '../../../runtime/stores/clients/socketmap.js';
import { type FilledStore, settingsOf } from './filled-store.js';

const map = 'addresses';
const program = join(__dirname, 'socketmap-server.js');

/** A socketmap server with addresses. */
export async function filledSocketmap(count: number): Promise<FilledStore> {
  const child = spawn(process.execPath, [program, String(count)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const port = Number(line);
  const settings = { store: `kind: socketmap, hosts: ['127.0.0.1:${port}']`, question: `map: ${map}` };
  return {
    name: 'socketmap',
    ...settings,
    env: {},
    atOnce: [1, 8],
    bareName: 'its client without the pool, a connection for each at a time',
    bare: async (atOnce) => {
      const { setting } = settingsOf(settings);
      if (setting.kind !== 'socketmap') throw new Error('the settings are of another kind');
      const clients = await Promise.all(
        Array.from({ length: atOnce }, () =>
          socketmapClient.connect(
            { kind: 'host', host: '127.0.0.1', port, tls: 'off' },
            { ...setting, password: null, ca: null },
            new AbortController().signal,
          ),
        ),
      );
      return {
        ask: async (key, place) =>
          (await clients[place]?.values({ kind: 'socketmap', map }, key))?.[0] ?? null,
        close: () => {
          for (const client of clients) client.close();
        },
      };
    },
    table: { type: 'socketmap', name: `inet:127.0.0.1:${port}:${map}` },
    stop: async () => {
      const gone = once(child, 'exit');
      child.stdin.end();
      await gone;
    },
  };
}
