/*
 * `pmdf explain` for an install that runs a part of the bundle: only that part's decisions.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { printExplanation } from '../../bin/explain/print.js';
import { decideRequest } from '../../bin/support/decide-request.js';
import { noPaint } from '../../bin/support/paint.js';
import { World } from '../../runtime/world.js';
import { projectRoot } from '../support/project-root.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const STRANGER = '203.0.113.9';
const INSIDE = '127.0.1.5';

interface Asked {
  readonly plugins: readonly string[] | null;
  readonly client: string;
  readonly to: string;
  readonly auth?: string;
}

describe('pmdf explain in an install', () => {
  const folder = temporaryFolder();

  async function explained({ plugins, client, to, auth }: Asked): Promise<string> {
    mkdirSync(folder.path('config/pmdf'), { recursive: true });
    for (const name of ['pmdf.cnf', 'mappings', 'general.txt'])
      cpSync(join(projectRoot, 'config', name), folder.path(`config/pmdf/${name}`));
    folder.write('config/pmdf/pmdf.yaml', 'switch_lookup: literal\n');
    if (plugins !== null) folder.write('config/plugins', `${plugins.join('\n')}\n`);
    const world = new World({ configFolder: folder.path('config'), watch: false, log: () => {} });
    try {
      const request = {
        client: { address: client, port: 0 },
        server: { address: '127.0.0.1', port: 25 },
        reverseName: { kind: 'none', cause: 'none is given' } as const,
        helo: null,
        esmtp: true,
        tls: false,
        authUser: auth ?? null,
        from: 'a@client.example',
        to: [to],
      };
      return printExplanation(await decideRequest(world, { request, live: false }), noPaint).join('\n');
    } finally {
      world.close();
    }
  }

  const delivering = ['pmdf/switchchannel', 'pmdf/access', 'queue/smtp_forward', 'pmdf/deliver'];
  const relayed = { client: STRANGER, to: 'bob@other.com' };
  const local = { client: STRANGER, to: 'jane.doe@domain.com' };

  for (const [what, asked, said, unsaid] of [
    [
      'no list: everything',
      { ...local, plugins: null },
      [/tls +offered$/m, /jdoe@other\.com on process/],
      [/note:/],
    ],
    [
      'tls in a comment',
      { ...local, plugins: ['# tls', '# pmdf/maytls', ...delivering] },
      [/tls +not offered: `tls` is not in config\/plugins/, /tls +decided by Haraka/],
      [/tls +offered/, /note:/],
    ],
    [
      'tls without a certificate',
      { ...local, plugins: ['tls', 'pmdf/maytls', ...delivering] },
      [/tls +not offered: there is no usable certificate/],
      [/tls +offered/],
    ],
    [
      'no pmdf/auth',
      { ...local, auth: 'jane', plugins: delivering },
      [/auth +jane, but `pmdf\/auth` is not in/],
      [],
    ],
    [
      'everything for relaying',
      { ...relayed, plugins: delivering },
      [/reject +550 5\.7\.1 Relaying not permitted/],
      [],
    ],
    [
      'no pmdf/access, pmdf/deliver accepting only internal recipients',
      { ...relayed, plugins: ['pmdf/switchchannel', 'queue/smtp_forward', 'pmdf/deliver'] },
      [/note: `pmdf\/access` is not in/, /reject +550 I cannot deliver mail for <bob@other\.com>/],
      [/Relaying/],
    ],
    [
      'no pmdf/deliver',
      { ...local, plugins: ['pmdf/switchchannel', 'pmdf/access', 'queue/smtp_forward'] },
      [
        /note: `pmdf\/deliver` is not in config\/plugins: other plugins accept recipients, forward and deliver/,
      ],
      [/delivery /],
    ],
    [
      'no pmdf/switchchannel',
      { ...relayed, client: INSIDE, plugins: delivering.slice(1) },
      [
        /note: `pmdf\/switchchannel` is not in/,
        /channel +tcp_local$/m,
        /relaying +no/,
        /550 5\.7\.1 Relaying/,
      ],
      [],
    ],
    [
      'a name misspelt',
      { ...relayed, plugins: ['pmdf/Switchchannel', ...delivering.slice(1)] },
      [/note: Haraka does not start, so .*plugins:1: there is no plugin `pmdf\/Switchchannel`/],
      [/note: `pmdf\/switchchannel`/],
    ],
    [
      'the bundle in place of its plugins',
      { ...relayed, plugins: ['pmdf'] },
      [/note: Haraka does not start, so .*plugins:1: `pmdf` names the bundle/],
      [/lists no plugin/],
    ],
    [
      'nothing of ours',
      { ...relayed, plugins: ['rcpt_to.in_host_list'] },
      [/note: config\/plugins lists no plugin of this bundle/],
      [/Relaying/],
    ],
  ] as const) {
    it(`with ${what}`, async () => {
      const text = await explained(asked);
      for (const pattern of said) assert.match(text, pattern);
      for (const pattern of unsaid) assert.doesNotMatch(text, pattern);
    });
  }
});
