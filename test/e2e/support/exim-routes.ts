/*
 * Reads what Exim's address test (`exim -bt`, one address a line) says about where each address goes:
 *   > victim@evil.example
 *     router = smarthost, transport = remote_smtp_smarthost
 *     host 127.0.0.1 [127.0.0.1]
 * or, without the indented lines, a complaint.
 */

import { type Reading, requireOneLine } from './address-reading.js';

const PROMPT = /^> /m;

function readRoute(address: string, answer: string, localTransport: string): Reading {
  const [line = ''] = answer.split('\n');
  // A remark about an address that occurred before follows it.
  const head = line.replace(/ +\[duplicate, .*\]$/, '');
  const transport = /^ +router = \S+, transport = (\S+)$/m.exec(answer)?.[1];
  if (transport === undefined) return { kind: 'refused', address, reason: head };
  if (transport === localTransport) return { kind: 'local', address, recipient: head };
  return { kind: 'leaves', address, recipient: head, host: head.slice(head.lastIndexOf('@') + 1) };
}

/**
 * Puts the addresses to an address test in one run and reads its answers; `localTransport` is the one whose mail
 * stays. Throws when the answers cannot be told apart.
 */
export async function readEximRoutes(
  addresses: readonly string[],
  localTransport: string,
  test: (input: string) => Promise<string>,
): Promise<readonly Reading[]> {
  // A backslash at the end of a line would join it with the next one; no address ends in one.
  const isTestable = (address: string): boolean => !/\\\s*$/.test(address);
  const asked = addresses.map(requireOneLine).filter(isTestable);
  const output = await test(asked.map((address) => `${address}\n`).join(''));
  const answers = output.split(PROMPT).slice(1);
  // One prompt more than addresses: the last one is at the end of the input.
  if (answers.length !== asked.length + 1) {
    throw new Error(`exim -bt gave ${answers.length - 1} answers to ${asked.length} addresses:\n${output}`);
  }
  let next = 0;
  return addresses.map((address) => {
    if (!isTestable(address)) return { kind: 'refused', address, reason: 'it ends in a backslash' };
    const answer = answers[next] ?? '';
    next += 1;
    return readRoute(address, answer.trimEnd(), localTransport);
  });
}
