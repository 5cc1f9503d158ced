/*
 * Runs nmap's `smtp-open-relay` script, sixteen ways to ask a server to relay, and reads its verdict. The script takes
 * the host name for its addresses from the server's greeting, and sends no message.
 */

import { requireProgram, runProgram } from './program.js';

/** nmap's result. */
export interface OpenRelayVerdict {
  readonly isOpen: boolean;
  /** How many of the sixteen tests the server let through. */
  readonly passed: number;
  /** The tests it let through, as `MAIL FROM:... -> RCPT TO:...`. */
  readonly tests: readonly string[];
  readonly output: string;
}

/** Where to test, and the foreign domain and address to ask for. */
export interface OpenRelayTest {
  readonly port: number;
  readonly host?: string;
  /** Domain that the server must not relay to; default `relaytest.example`. */
  readonly domain?: string;
  /** Address literal to put into the tests; default `192.0.2.1`. */
  readonly ip?: string;
}

/** Runs the sixteen tests; rejects when nmap gives no verdict. */
export async function runNmapOpenRelay(test: OpenRelayTest): Promise<OpenRelayVerdict> {
  const scriptArgs = [
    `smtp-open-relay.domain=${test.domain ?? 'relaytest.example'}`,
    `smtp-open-relay.ip=${test.ip ?? '192.0.2.1'}`,
  ].join(',');
  const args = [
    '--unprivileged',
    '-Pn',
    '-n',
    '-vv',
    '-p',
    String(test.port),
    '--script',
    '+smtp-open-relay',
    '--script-args',
    scriptArgs,
  ];
  const { stdout, stderr } = await runProgram(requireProgram('/usr/bin/nmap'), [
    ...args,
    test.host ?? '127.0.0.1',
  ]);
  const tests = [...stdout.matchAll(/^\|[ _]*(MAIL FROM:.* -> RCPT TO:.*)$/gm)].map(
    (match) => match[1] ?? '',
  );
  const open = /Server is an open relay \((\d+)\/16 tests\)/.exec(stdout);
  if (open !== null) return { isOpen: true, passed: Number(open[1]), tests, output: stdout };
  if (stdout.includes("Server doesn't seem to be an open relay, all tests failed")) {
    return { isOpen: false, passed: 0, tests, output: stdout };
  }
  throw new Error(`nmap gave no verdict on port ${test.port}:\n${stdout}${stderr}`);
}
