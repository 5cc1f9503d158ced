/*
 * What counts as a copy in the mailboxes of a server with a queue of its own.
 */
import assert from 'node:assert/strict';
import { acceptedOnce } from './mail-server.js';

const postfix = (id: string): string =>
  `Return-Path: <a@client.example>\nX-Original-To: b@domain.com\nReceived: from domain.com (localhost [127.0.0.1])\n\tby postfix.example (Postfix) with ESMTP id ${id}\n\tfor <b@domain.com>; Tue,  1 Dec 2026 21:40:00 +0000 (UTC)\nReceived: from client by domain.com with ESMTP id SAME.1\nSubject: x\n\nhello\n`;
const exim = (id: string): string =>
  `Return-path: <a@client.example>\nReceived: from localhost ([127.0.0.1] helo=domain.com)\n\tby exim.example with esmtp (Exim 4.96)\n\t(envelope-from <a@client.example>)\n\tid ${id}\n\tfor b@domain.com;\n\tTue, 01 Dec 2026 21:40:00 +0000\nSubject: x\n\nhello\n`;

describe('messages in mailboxes', () => {
  for (const [name, made] of [
    ['Postfix', postfix],
    ['Exim', exim],
  ] as const) {
    it(`count once for each time that ${name} accepted them`, () => {
      const messages = ['1wA-1', '1wB-2', '1wA-1'].map(made);
      assert.deepEqual([...acceptedOnce(messages)].sort(), messages.slice(0, 2).sort());
    });
  }

  it('without an identifier are reported', () => {
    assert.throws(() => acceptedOnce(['Subject: x\n\nhello\n']), /without an identifier/);
  });
});
