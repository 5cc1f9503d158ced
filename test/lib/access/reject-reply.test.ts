/*
 * The reply to a rejected client.
 */
import assert from 'node:assert/strict';
import { readAccessOutcome } from '../../../lib/access/outcome.js';
import { portRejectReply, rejectReply } from '../../../lib/access/reject-reply.js';
import { holdBars } from '../../../lib/address/bar.js';
import { answered } from './answers.js';

describe('reply of a rejection', () => {
  const cases = [
    ['N', 'Go away!', 'User@sesta.com', [550, '5.7.1', 'Go away!: User@sesta.com']],
    ['N', '', 'a@b', [550, '5.7.1', 'you are not allowed to use this address: a@b']],
    ['NX', '5.1.1|No', 'a@b', [550, '5.1.1', 'No: a@b']],
    ['NX', '4.7.1|Later', 'a@b', [450, '4.7.1', 'Later: a@b']],
    ['NX', 'oops|No', 'a@b', [550, '5.7.1', 'No: a@b']],
    ['N', 'No', '', [550, '5.7.1', 'No: <>']],
    ['N', 'No', holdBars('"a|b"@c'), [550, '5.7.1', 'No: "a|b"@c']],
    ['N', 'No\r\n250 OK', 'a@b', [550, '5.7.1', 'No 250 OK: a@b']],
  ] as const;
  for (const [flags, output, address, [code, enhanced, text]] of cases) {
    it(`${code} ${enhanced} ${text}`, () => {
      const outcome = readAccessOutcome('SEND_ACCESS', answered(flags, output));
      assert.deepEqual(rejectReply(outcome, address), { code, enhanced, text });
    });
  }
});

describe('reply that closes a connection', () => {
  const cases = [
    ['500 5.7.1 Go away', [500, '5.7.1', 'Go away']],
    ['421 4.3.2 Busy', [421, '4.3.2', 'Busy']],
    ['554 Go away', [554, '', 'Go away']],
    ['554-Go away', [554, '', 'Go away']],
    ['554', [554, '', '']],
    ['550 4.7.1 odd', [550, '', '4.7.1 odd']],
    ['550 5.7.1-odd', [550, '', '5.7.1-odd']],
    ['Go away', [554, '5.7.1', 'Go away']],
    ['250 Come in', [554, '5.7.1', '250 Come in']],
    ['5000 ways', [554, '5.7.1', '5000 ways']],
    ['', [554, '5.7.1', 'you are not allowed to connect']],
  ] as const;
  for (const [output, [code, enhanced, text]] of cases) {
    it(`\`${output}\``, () => {
      const outcome = readAccessOutcome('PORT_ACCESS', answered('N', output));
      assert.deepEqual(portRejectReply(outcome), { code, enhanced, text });
    });
  }
});
