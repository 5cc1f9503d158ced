/*
 * The script of docs/moving.md turns the log of PMDF into requests that `pmdf explain` reads.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { itWith } from '../support/programs.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { printed } from './console.js';
import { readPage } from './markdown.js';
import { WrittenPolicy } from './written-policy.js';

/** Enqueued messages with connection information, and a dequeued one. Ref: PMDF 31.1.2 */
const log = `\
19-Jan-2026 19:16:57.64 tcp_local    l            E 1 adam@acme.example rfc822;ann@domain.com ann@domain.com acme (mail.acme.example [192.0.2.25])
19-Jan-2026 19:16:58.64 tcp_internal tcp_local    EA 1 ann@domain.com rfc822;bob@other.com bob@other.com pc (pc.domain.com [127.0.1.4])
19-Jan-2026 19:16:59.64 tcp_local    tcp_local    E 1  rfc822;bob@other.com bob@other.com mx (mx.b.example [2001:db8::1])
19-Jan-2026 19:17:59.64 tcp_local                 D 1 ann@domain.com rfc822;bob@other.com bob@other.com
`;

describe('docs/moving.md', () => {
  const folder = temporaryFolder();

  itWith(['awk'], 'turns the log of PMDF into requests, and shows those that would be refused', () => {
    const block = readPage('docs/moving.md').blocks.find(({ text }) => text.startsWith('awk '));
    const [script = ''] = (block?.text ?? '').split('\nnpx pmdf ');
    folder.write('mail.log_current', log);
    assert.equal(spawnSync('sh', ['-c', script], { cwd: folder.path() }).status, 0);
    const requests = readFileSync(folder.path('requests'), 'utf8');
    assert.deepEqual(requests.trim().split('\n'), [
      '--client 192.0.2.25 --from "adam@acme.example" --to "ann@domain.com"',
      '--client 127.0.1.4 --from "ann@domain.com" --to "bob@other.com"',
      '--client 2001:db8::1 --from "" --to "bob@other.com"',
    ]);
    const [command = ''] = /pmdf explain .*/.exec(block?.text ?? '') ?? [];
    const shown = printed(
      command.replace(' requests', ` '${folder.path('requests')}'`),
      new WrittenPolicy().files(),
    );
    assert.match(shown, /^tcp_local <bob@other\.com> {2}reject {2}550 /);
    assert.equal(shown.split('\n').length, 1);
  });
});
