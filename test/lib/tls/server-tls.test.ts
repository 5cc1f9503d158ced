import assert from 'node:assert/strict';
import { mayPrecedeTls, serverTls } from '../../../lib/tls/server-tls.js';

describe('serverTls', () => {
  const rows: readonly (readonly [readonly string[], boolean, boolean, boolean])[] = [
    [[], false, false, false],
    [['notlsserver'], false, false, false],
    [['maytlsserver'], false, true, false],
    [['musttlsserver'], false, true, true],
    [['musttlsclient', 'notlsserver'], false, false, false],
    [['maytlsserver'], true, false, false],
    [['musttlsserver'], true, false, false],
  ];
  for (const [keywords, underTls, offered, awaited] of rows) {
    it(`${keywords.join(' ') || 'no keyword'}${underTls ? ' under TLS' : ''}`, () => {
      assert.deepEqual(serverTls(new Set(keywords), underTls), { offered, awaited });
    });
  }
});

describe('mayPrecedeTls', () => {
  it('is what RFC 3207 lists', () => {
    for (const verb of ['EHLO', 'ehlo', 'NOOP', 'STARTTLS', 'QUIT']) assert.ok(mayPrecedeTls(verb), verb);
    for (const verb of ['HELO', 'MAIL', 'RCPT', 'AUTH', 'VRFY', 'RSET', 'HELP', '', 'XX', 'EHLO '])
      assert.ok(!mayPrecedeTls(verb), verb);
  });
});
