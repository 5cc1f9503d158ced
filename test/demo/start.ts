/*
 * `npm start`: runs the example, a real Haraka with the sample configuration and the sinks that it delivers to.
 * Ends, with everything it started, on SIGTERM, SIGINT and SIGHUP, or when one of its parts ends.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { followPort, harakaProgram, installDemo } from './install.js';
import { configFolder, demoFolder } from './layout.js';
import { listenPort, requireFreePorts } from './ports.js';

const children: ChildProcess[] = [];
let ending = false;

/** Ends every part; the first call decides the exit code. */
function end(code: number): void {
  if (ending) return;
  ending = true;
  const alive = children.filter((child) => child.exitCode === null && child.signalCode === null);
  if (alive.length === 0) process.exit(code);
  let left = alive.length;
  for (const child of alive) {
    child.once('exit', () => {
      left -= 1;
      if (left === 0) process.exit(code);
    });
    child.kill('SIGTERM');
  }
}

function follow(child: ChildProcess, what: string): void {
  children.push(child);
  child.once('exit', (code, signal) => {
    if (!ending) process.stderr.write(`${what} ended (${signal ?? code})\n`);
    end(code ?? 1);
  });
}

function startSinks(): Promise<void> {
  const child = fork(join(__dirname, 'sink.js'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  follow(child, 'the sinks');
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (message === 'ready') resolve();
    });
  });
}

/** What Haraka logs when it is ready; the page of an example whose list of plugins was edited may be missing. */
function readyLine(): RegExp {
  const hasPage = /^pmdf\/watch\b/m.test(readFileSync(join(configFolder, 'plugins'), 'utf8'));
  return hasPage ? /the page is at (\S+),|no page and no metrics/ : /Listening on /;
}

/** Resolves with the address of the page, or null if there is none. */
function startHaraka(): Promise<string | null> {
  const ready = readyLine();
  const child = spawn(process.execPath, [harakaProgram(), '-c', demoFolder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  follow(child, 'Haraka');
  return new Promise((resolve) => {
    let start: string | null = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      process.stdout.write(chunk);
      if (start === null) return;
      start += chunk.toString('utf8');
      const found = ready.exec(start);
      if (found === null) return;
      start = null;
      resolve(found[1] ?? null);
    });
  });
}

function guide(port: number, page: string | null): string {
  const server = `127.0.0.1:${port}`;
  return `
ready ${server}

Local domain: domain.com. Clients in 127.0.1.0/24 are inside, all others outside. jane.doe@domain.com is forwarded.
Mail that arrives is kept in .demo/mail/<channel>/. Try it in another terminal:

  send() { echo 'Subject: hi' | curl -sS --crlf -T - --mail-from ann@example.net "$@" smtp://${server}/client.example; }
  send --mail-rcpt bob@domain.com
  send --mail-rcpt jane.doe@domain.com
  send --mail-rcpt bob@other.com --interface 127.0.1.5
  send --mail-rcpt bob@other.com
  send --mail-rcpt 'victim%evil.example@domain.com'

Three are accepted: bob's, jane's, which is forwarded to jdoe@other.com, and one to the outside from a client inside.
Two print \`RCPT failed: 550\`: clients outside may not relay.${page === null ? '' : ` Which entry refused them is on this page:

  ${page}`}

Or type SMTP yourself (EHLO, MAIL FROM, RCPT TO, DATA):

  nc -C 127.0.0.1 ${port}                  as a client outside
  nc -C -s 127.0.1.5 127.0.0.1 ${port}     as a client inside
  openssl s_client -quiet -crlf -starttls smtp -connect ${server}
                                        as a client outside, under TLS

SMTP lines end with CR and LF: \`nc -C\` sends both. Where nc has no -C, use \`telnet 127.0.0.1 ${port}\`.
Ctrl-C ends the example. You can edit the files in .demo/config while it runs.
`;
}

async function main(): Promise<void> {
  const port = listenPort();
  await installDemo(port);
  await requireFreePorts(port);
  followPort(port);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => end(0));
  await startSinks();
  const page = await startHaraka();
  process.stdout.write(guide(port, page));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  end(1);
});
