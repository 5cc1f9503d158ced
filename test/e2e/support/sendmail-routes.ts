/*
 * Reads what Sendmail's address test mode (`sendmail -bt`, one `/parse address` a line) says about where each
 * address goes. Its last word on an address is one of
 *   mailer local, user bob
 *   mailer relay, host [127.0.0.1], user victim@evil.example
 *   mailer *error*, host 5.1.3, user "553 Invalid route address"
 */

import { type Reading, requireOneLine } from './address-reading.js';

const PROMPT = /^> /m;
const RESULT = /^mailer (\S+?)(?:, host (.*?))?, user (.*)$/m;
const TCP_MAILERS: ReadonlySet<string> = new Set(['smtp', 'esmtp', 'smtp8', 'dsmtp', 'relay']);

function readRoute(address: string, answer: string): Reading {
  const [, mailer, , recipient = ''] = RESULT.exec(answer) ?? [];
  if (mailer === undefined) return { kind: 'refused', address, reason: answer.trim() };
  if (mailer === 'local') return { kind: 'local', address, recipient };
  if (!TCP_MAILERS.has(mailer)) return { kind: 'refused', address, reason: `mailer ${mailer}: ${recipient}` };
  return { kind: 'leaves', address, recipient, host: recipient.slice(recipient.lastIndexOf('@') + 1) };
}

/**
 * Puts the addresses to the test mode in one run and reads its answers. Throws when the answers cannot be told
 * apart.
 */
export async function readSendmailRoutes(
  addresses: readonly string[],
  test: (input: string) => Promise<string>,
): Promise<readonly Reading[]> {
  const output = await test(addresses.map((address) => `/parse ${requireOneLine(address)}\n`).join(''));
  const answers = output.split(PROMPT).slice(1);
  // One prompt more than addresses: the last one is at the end of the input.
  if (answers.length !== addresses.length + 1) {
    throw new Error(
      `sendmail -bt gave ${answers.length - 1} answers to ${addresses.length} addresses:\n${output}`,
    );
  }
  return addresses.map((address, at) => readRoute(address, answers[at] ?? ''));
}
