/*
 * Forwarding: mail for jane.doe@domain.com leaves for jdoe@other.com, each message synced to disk before its 250. Ours through
 * the general database, the process channel and a second pass; a Haraka without us that only relays, since its outbound queue
 * is what is compared; Postfix with `virtual_alias_maps` as cdb. Each delivers to a sink of the same program. Load by
 * Postfix's smtp-source: twenty sessions that stay open, 1 kB.
 */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exampleFile } from '../e2e/support/gateway.js';
import { startHaraka } from '../e2e/support/haraka-install.js';
import { startPostfix } from '../e2e/support/mta-postfix.js';
import { aheadOf } from './goal.js';
import { figureOf, inTurns, MissingPeer } from './measure.js';
import { postmap } from './programs.js';
import type { Row, Table } from './row.js';
import { SmtpSink } from './smtp-sink.js';

const messages = 500;
const sessions = 20;
const limitMs = 120_000;

/** Messages a second in one round. */
export interface Speed {
  /** Until the client had the answer to the last one. */
  readonly accepted: number;
  /** Until the sink had the last one. */
  readonly delivered: number;
}

/** A server that forwards to its own sink. */
export interface Forwarder {
  readonly pid?: number;
  readonly port: number;
  readonly sink: SmtpSink;
  /** The address that the client names. */
  readonly recipient: string;
  stop(): Promise<void>;
}

const common = { me: 'domain.com\n', 'log.ini': '[main]\nlevel=notice\nformat=default\n' };
const rdns = new Map<string, string>();

async function withSink(start: (sink: SmtpSink) => Promise<Omit<Forwarder, 'sink'>>): Promise<Forwarder> {
  const sink = await SmtpSink.start();
  try {
    const started = await start(sink);
    const stop = async (): Promise<void> => {
      await started.stop();
      sink.stop();
    };
    return { ...started, sink, stop };
  } catch (error) {
    sink.stop();
    throw error;
  }
}

/** The gateway with the example configuration. */
export async function startOurs(env: Readonly<Record<string, string>> = {}): Promise<Forwarder> {
  return await withSink(async ({ port }) => {
    const hop = `next_hop: '127.0.0.1:${port}'`;
    const haraka = await startHaraka({
      rdns,
      env,
      plugins: ['pmdf/switchchannel', 'pmdf/access', 'queue/smtp_forward', 'pmdf/deliver'],
      config: {
        ...common,
        'pmdf/pmdf.cnf': exampleFile('pmdf.cnf'),
        'pmdf/mappings': exampleFile('mappings'),
        'pmdf/general.txt': exampleFile('general.txt'),
        'pmdf/pmdf.yaml': `delivery:
  l: { method: through, ${hop} }
  tcp_internal: { method: through, ${hop} }
  tcp_local: { method: queue, ${hop} }
`,
      },
    });
    return { ...haraka, recipient: 'jane.doe@domain.com' };
  });
}

/** A Haraka that relays for loopback clients, through its outbound queue. */
export async function startPlainHaraka(env: Readonly<Record<string, string>> = {}): Promise<Forwarder> {
  return await withSink(async ({ port }) => {
    const nextHop = `exports.register = function () { this.register_hook('get_mx', 'toSink') }
exports.toSink = function (next) { next(OK, { exchange: '127.0.0.1', port: ${port}, priority: 0 }) }
`;
    const haraka = await startHaraka({
      rdns,
      env,
      plugins: ['relay', 'test_next_hop'],
      pluginFiles: { 'test_next_hop.js': nextHop },
      config: { ...common, 'relay.ini': '[relay]\nacl=true\n', relay_acl_allow: '127.0.0.0/8\n' },
    });
    return { ...haraka, recipient: 'jdoe@other.com' };
  });
}

/** A Postfix as forwarder. */
export async function startPostfixForwarder(): Promise<Forwarder> {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-bench-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    chmodSync(folder, 0o755);
    const table = join(folder, 'virtual');
    writeFileSync(table, 'jane.doe@domain.com jdoe@other.com\n');
    writeFileSync(join(folder, 'main.cf'), '');
    postmap(['-c', folder, `cdb:${table}`]);
    return await withSink(async ({ port }) => {
      const postfix = await startPostfix({
        sinkPort: port,
        localDomains: [],
        mainCf: `virtual_alias_domains = domain.com\nvirtual_alias_maps = cdb:${table}\n`,
      });
      const stop = async (): Promise<void> => {
        await postfix.stop();
        remove();
      };
      return { port: postfix.port, stop, recipient: 'jane.doe@domain.com' };
    });
  } catch (error) {
    remove();
    throw error;
  }
}

const run = promisify(execFile);

/** The names of the peers. */
const harakaName = 'outbound queue of Haraka';
const postfixName = 'Postfix';

/** Sends the mail of one round and waits for the last of it. */
export async function speedOf({ port, sink, recipient }: Forwarder, count = messages): Promise<Speed> {
  const until = sink.taken + count;
  const start = process.hrtime.bigint();
  const seconds = (): number => Number(process.hrtime.bigint() - start) / 1e9;
  await run('smtp-source', [
    ...['-d', '-m', String(count), '-s', String(sessions), '-l', '1024'],
    ...['-f', 'somebody@example.net', '-t', recipient, `inet:127.0.0.1:${port}`],
  ]);
  const accepted = count / seconds();
  await sink.waitFor(until, limitMs);
  return { accepted, delivered: count / seconds() };
}

/** A contestant that is started for the first round; without a program that it needs it is a missing peer. */
class Contestant {
  readonly #start: () => Promise<Forwarder>;
  #forwarder: Forwarder | undefined;

  constructor(start: () => Promise<Forwarder>) {
    this.#start = start;
  }

  async run(): Promise<Speed> {
    if (this.#forwarder === undefined) {
      this.#forwarder = await this.#start();
      await speedOf(this.#forwarder, messages / 4);
    }
    return await speedOf(this.#forwarder);
  }

  async stop(): Promise<void> {
    await this.#forwarder?.stop();
  }
}

async function startIfInstalled(): Promise<Forwarder> {
  if (!existsSync('/usr/sbin/postfix')) throw new MissingPeer('the Debian package postfix');
  if (process.getuid?.() !== 0) throw new MissingPeer('root, who starts Postfix');
  return await startPostfixForwarder();
}

/** The table `forwarding`. */
export async function forwardingTable(): Promise<Table> {
  const contestants = [startOurs, startPlainHaraka, startIfInstalled].map(
    (start) => new Contestant(() => start()),
  );
  try {
    const [ours, haraka, postfix] = await inTurns(contestants.map((one) => () => one.run()));
    const row = (what: string, pick: (speed: Speed) => number): Row => ({
      what,
      ours: figureOf(ours, 'msg/s', pick),
      peers: [
        { name: harakaName, figure: figureOf(haraka, 'msg/s', pick) },
        { name: postfixName, figure: figureOf(postfix, 'msg/s', pick) },
      ],
      goals: [aheadOf(harakaName), aheadOf(postfixName)],
    });
    return {
      name: 'forwarding',
      rows: [
        row('until the sink has the last message', ({ delivered }) => delivered),
        row('until the client has the last 250', ({ accepted }) => accepted),
      ],
      notes: [
        'ours syncs the file and the folder before 250; the outbound queue of Haraka only the file, and so does Postfix',
        'ours and Haraka: one process; Postfix: up to a hundred of each kind',
        'to the sink: ours up to 20 connections for a hundred messages each, Haraka one for each message, Postfix up to 20 that it keeps while there is more mail',
      ],
    };
  } finally {
    await Promise.all(contestants.map((one) => one.stop()));
  }
}
