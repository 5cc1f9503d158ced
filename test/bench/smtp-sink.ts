/*
 * Postfix's smtp-sink: an SMTP server that costs almost nothing, so that a benchmark measures who delivers to it. It counts the
 * messages that it took.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { freePort } from '../e2e/support/free-port.js';
import { lastWill } from '../e2e/support/last-will.js';
import { connect } from '../e2e/support/smtp-client.js';
import { until } from '../e2e/support/until.js';

const startLimitMs = 10_000;
const counter = /mesg=(\d+)$/;

/** A running smtp-sink. */
export class SmtpSink {
  readonly port: number;
  readonly #child: ChildProcessByStdio<null, Readable, null>;
  readonly #cancelWill: () => void;
  #rest = '';
  #taken = 0;
  #changed: () => void = () => undefined;

  private constructor(port: number) {
    this.port = port;
    // Started by root it wants another account.
    const account = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
    this.#child = spawn('smtp-sink', ['-c', ...account, `127.0.0.1:${port}`, '1024'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const will = lastWill('kill -KILL "$1"', String(this.#child.pid));
    this.#cancelWill = () => will.cancel();
    // Not installed: the port will not answer.
    this.#child.on('error', () => undefined);
    this.#child.stdout.on('data', (chunk: Buffer) => {
      const lines = `${this.#rest}${chunk.toString('latin1')}`.split('\r');
      this.#rest = lines.pop() ?? '';
      this.#taken = Number(counter.exec(lines.at(-1) ?? '')?.[1] ?? this.#taken);
      this.#changed();
    });
  }

  /** Starts one on a free port; rejects if the program is missing or does not answer. */
  static async start(): Promise<SmtpSink> {
    const sink = new SmtpSink(await freePort());
    const isOpen = async (): Promise<boolean> =>
      connect({ port: sink.port }).then(
        async (client) => {
          await client.close();
          return true;
        },
        () => false,
      );
    await until(isOpen, startLimitMs, () => 'smtp-sink to answer');
    return sink;
  }

  /** The messages it has taken so far. */
  get taken(): number {
    return this.#taken;
  }

  /** Resolves when it has taken that many messages since its start; rejects after `timeoutMs`. */
  async waitFor(count: number, timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`the sink took ${this.#taken} of ${count} messages`)),
        timeoutMs,
      );
      this.#changed = () => {
        if (this.#taken < count) return;
        clearTimeout(timer);
        resolve();
      };
      this.#changed();
    });
  }

  stop(): void {
    this.#child.kill();
    this.#cancelWill();
  }
}
