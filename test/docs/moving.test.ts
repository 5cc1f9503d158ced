/*
 * The command of docs/moving.md decides the requests in the log of PMDF again.
 */
import assert from 'node:assert/strict';
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

  it('replays the log of PMDF, and shows what would be refused', () => {
    const block = readPage('docs/moving.md').blocks.find(({ text }) => text.includes('mail.log_current'));
    const [command = ''] = /pmdf replay .*/.exec(block?.text ?? '') ?? [];
    const path = folder.write('mail.log_current', log);
    const shown = printed(command.replace(' mail.log_current', ` '${path}'`), new WrittenPolicy().files());
    assert.match(shown, /^1 of 3 requests would be decided differently$/m);
    assert.match(shown, /:3 {2}<> to <bob@other\.com>, client 2001:db8::1 {2}550 /);
  });
});
