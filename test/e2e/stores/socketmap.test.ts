/*
 * A socketmap server judged by Postfix: for every key, Haraka's client and `postmap -q` get the same answer.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoreSetting } from '../../../lib/config/settings/stores/store.js';
import type { LookupAnswer } from '../../../lib/engine/lookup.js';
import { OpenStores, storeDatabase, storeSource } from '../../../runtime/stores/index.js';
import { systemClock } from '../../../runtime/time/index.js';
import { describeWith } from '../../support/programs.js';
import { runProgram } from '../support/program.js';

/** What the server says to `aliases KEY`, before it is a netstring. */
const replies: ReadonlyMap<string, string> = new Map([
  ['jane', 'OK jdoe@domain.com'],
  ['team@domain.com', 'OK bob@domain.com, carol@domain.com'],
  ['jane doe', 'OK jane.doe@domain.com'],
  ['jürgen', 'OK juergen@domain.com'],
  ['long', `OK ${'x'.repeat(20_000)}`],
  ['largest', `OK ${'x'.repeat(99_997)}`],
  ['too long', `OK ${'x'.repeat(99_998)}`],
  ['temp', 'TEMP try later'],
  ['timeout', 'TIMEOUT of the server behind'],
  ['perm', 'PERM no such map'],
  ['unknown status', 'MAYBE x'],
  ['no status', ''],
]);

/** Keys whose reply is sent as it is. */
const raw: ReadonlyMap<string, string> = new Map([
  ['garbage', 'garbage'],
  ['no comma', '4:OK a.'],
  ['bad length', '4x:OK a,'],
  ['cut', '10:OK a'],
]);

const absentKeys = ['nobody', 'x@y.example', '%s', "'; --", '*'];

/** Takes requests of one at a time from what arrives. */
function serve(socket: Socket): void {
  let text = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    text = Buffer.concat([text, chunk]);
    const colon = text.indexOf(':');
    const length = Number(text.toString('latin1', 0, Math.max(colon, 0)));
    if (colon === -1 || text.length < colon + length + 2) return;
    const request = text.toString('utf8', colon + 1, colon + 1 + length);
    text = text.subarray(colon + length + 2);
    const key = request.replace(/^aliases /, '');
    const asIs = raw.get(key);
    if (asIs !== undefined) {
      socket.end(asIs);
      return;
    }
    const reply = Buffer.from(replies.get(key) ?? 'NOTFOUND ');
    socket.write(Buffer.concat([Buffer.from(`${reply.length}:`), reply, Buffer.from(',')]));
  });
}

describeWith(['postmap'], 'a socketmap', () => {
  let server: Server;
  let stores: OpenStores;
  let port = 0;
  let folder = '';
  let ask: (key: string) => Promise<LookupAnswer>;

  before(async () => {
    server = createServer(serve);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
    folder = mkdtempSync(join(tmpdir(), 'pmdf-socketmap-'));
    writeFileSync(join(folder, 'main.cf'), 'compatibility_level = 3.6\n');
    stores = new OpenStores(folder, { clock: systemClock, report: () => undefined });
    const setting: StoreSetting = {
      kind: 'socketmap',
      hosts: [{ kind: 'host', host: '127.0.0.1', port, tls: 'off' }],
      tlsCa: null,
      timeout: 10,
      connections: 2,
      cache: { found: 0, absent: 0, entries: 0 },
      retry: 0.1,
    };
    const database = storeDatabase(
      'general',
      // A new pool for each key: a server that failed is left alone.
      {
        values: (key) =>
          storeSource(stores.open(`s${key}`, setting), { kind: 'socketmap', map: 'aliases' }).values(key),
      },
    );
    ask = async (key) => await database.get(key);
  });
  after(() => {
    stores.close();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What `postmap -q` says: exit code 1 with no output is absent, 1 with a message is a failure. */
  async function judge(key: string): Promise<string> {
    const map = `socketmap:inet:127.0.0.1:${port}:aliases`;
    const { code, stdout, stderr } = await runProgram('/usr/sbin/postmap', ['-c', folder, '-q', key, map]);
    if (code === 0) return `found ${stdout.replace(/\n$/, '')}`;
    return /\b(?:fatal|error|warning)\b/.test(stderr) ? 'failed' : 'absent';
  }

  for (const key of [...replies.keys(), ...raw.keys(), ...absentKeys]) {
    it(`answers ${key} as for Postfix`, async () => {
      const answer = await ask(key);
      const ours = answer.kind === 'found' ? `found ${answer.value}` : answer.kind;
      assert.equal(ours, await judge(key));
    });
  }
});
