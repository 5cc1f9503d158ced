/*
 * How far one command goes through our code: the files, functions and calls of each hook of pmdf/switchchannel and
 * pmdf/access, for the sample configuration, by V8's precise coverage. Plugins, runtime and engine are real; Haraka's plugin,
 * connection and transaction objects are fakes, and its modules the installed ones.
 * Counted are functions under dist/{lib,runtime,plugins} that ran in a second, identical session, but not the getters by which
 * the `index.js` of a room re-exports, which the compiler made.
 * WALK_LIST=1 also lists the functions on stderr.
 * PMDF_ROOT=/other/checkout measures another, built checkout with this file.
 */
import assert from 'node:assert/strict';
import dns from 'node:dns';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../e2e/support/project-root.js';
import { fakeConnection, fakePlugin } from '../plugins/fakes.js';
import { atMost } from './goal.js';
import { exactly } from './measure.js';
import type { Row, Table } from './row.js';

const cnf = `domain.com    $($U)$E$F
domain.com    $U@domain.com
.domain.com   $U%$H$D@TCP-INTERNAL
[127.0.1.]    $U%[127.0.1.$L]@TCP-INTERNAL$E$R
.             $U%$H@TCP-DAEMON

defaults noswitchchannel

l
domain.com

tcp_local smtp single_sys mx switchchannel remotehost maytls
TCP-DAEMON

tcp_internal smtp single_sys mx allowswitchchannel maytls
TCP-INTERNAL

process
PROCESS-DAEMON
`;

const files: Readonly<Record<string, string>> = {
  plugins: 'pmdf/switchchannel\npmdf/access\n',
  'pmdf/pmdf.cnf': cnf,
  'pmdf/mappings': 'ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted\n',
  'pmdf/general.txt': 'jane.doe   jdoe%other.com@PROCESS-DAEMON\n',
  'pmdf/pmdf.yaml': 'databases: { general: general.txt }\nreload: { enabled: false }\n',
};

/** What ran during one hook. */
interface Walk {
  readonly files: number;
  readonly functions: number;
  readonly calls: number;
}

type Hook = (next: (code?: number, message?: unknown) => void, ...rest: readonly unknown[]) => void;
type Plugin = Readonly<Record<string, Hook>>;

/** The installed bundle, its plugins registered with fakes. */
class Bundle {
  readonly root = process.env['PMDF_ROOT'] ?? projectRoot();
  readonly #require = createRequire(path.join(this.root, 'package.json'));
  readonly #fake = {
    ...fakePlugin('walk'),
    haraka_require: (name: string): unknown => this.#require(`Haraka/${name}`),
  };

  load(name: string): Plugin {
    const plugin: Plugin = this.#require(`./dist/plugins/${name}/index.js`);
    plugin['register']?.call(this.#fake, () => undefined);
    return plugin;
  }

  address(text: string): object {
    const { Address }: { Address: new (text: string) => object } = this.#require('@haraka/email-address');
    return new Address(text);
  }

  /** Runs one hook to its answer; gives the code and text that it answered. */
  run(plugin: Plugin, hook: string, ...rest: readonly unknown[]): Promise<readonly [number, string]> {
    return new Promise((resolve) => {
      plugin[hook]?.call(
        this.#fake,
        (code = 0, message = '') => resolve([code, JSON.stringify(message)]),
        ...rest,
      );
    });
  }
}

const ours = /\/dist\/(?:lib|runtime|plugins)\//;

/** Counts what runs, between two calls of `take`. */
class Coverage {
  readonly #session = new Session();

  constructor(root: string) {
    this.root = root;
    this.#session.connect();
    this.#post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  }

  readonly root: string;

  #post(method: 'Profiler.enable' | 'Profiler.stopPreciseCoverage'): void {
    this.#session.post(method);
  }

  /** What ran since the last call; the counters begin anew. */
  take(): Walk {
    let walk: Walk = { files: 0, functions: 0, calls: 0 };
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error !== null) throw error;
      for (const { url, functions } of result) {
        if (!url.includes(this.root) || !ours.test(url)) continue;
        const isIndex = url.endsWith('/index.js');
        const ran = functions
          .map(({ functionName, ranges }) => ({ functionName, count: ranges[0]?.count ?? 0 }))
          .filter(({ functionName, count }) => count > 0 && !(isIndex && functionName === 'get'));
        const counts = ran.map(({ count }) => count);
        if (counts.length === 0) continue;
        if (process.env['WALK_LIST'] !== undefined) {
          const names = ran.map(({ functionName, count }) => `${functionName || '(arrow)'} ${count}`);
          process.stderr.write(`${url.slice(url.indexOf('/dist/') + 6)}: ${names.join(', ')}\n`);
        }
        walk = {
          files: walk.files + 1,
          functions: walk.functions + counts.length,
          calls: walk.calls + counts.reduce((sum, count) => sum + count, 0),
        };
      }
    });
    return walk;
  }

  stop(): void {
    this.#post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }
}

const recipients: readonly (readonly [string, RegExp])[] = [
  ['bob@domain.com', /^0 /],
  ['bob@other.com', /^902 .*550/],
  ['victim%evil.example@domain.com', /^902 .*550/],
];

async function session(bundle: Bundle, take: () => Walk): Promise<readonly (readonly [string, Walk])[]> {
  const switchchannel = bundle.load('switchchannel');
  const access = bundle.load('access');
  const walks: (readonly [string, Walk])[] = [];
  const connection = {
    ...fakeConnection(),
    local: { ip: '192.0.2.25', port: 25 },
    hello: { host: 'client.example', verb: 'EHLO' },
    esmtp: true,
  };
  await bundle.run(switchchannel, 'lookUpName', connection);
  take();
  await bundle.run(switchchannel, 'chooseChannel', connection);
  await bundle.run(access, 'checkPort', connection);
  walks.push(['connection', take()]);
  const sender = bundle.address('<somebody@example.net>');
  const transaction = {
    uuid: 'A.1',
    mail_from: sender,
    rcpt_to: [],
    notes: {},
    results: { add: () => undefined },
  };
  Object.assign(connection, { transaction });
  take();
  await bundle.run(access, 'checkSender', connection, [sender, {}]);
  walks.push(['MAIL', take()]);
  for (const [to, expected] of recipients) {
    const address = bundle.address(`<${to}>`);
    take();
    if (process.env['WALK_LIST'] !== undefined) process.stderr.write(`\n--- RCPT ${to}\n`);
    const [code, message] = await bundle.run(access, 'checkRecipient', connection, [address, {}]);
    walks.push([`RCPT ${to}`, take()]);
    assert.match(`${code} ${message}`, expected, to);
  }
  return walks;
}

const counts = ['files', 'functions', 'calls'] as const;
const goals = new Map<string, Partial<Walk>>([['RCPT bob@domain.com', { files: 40, functions: 150 }]]);

function rowsOf([what, walk]: readonly [string, Walk]): readonly Row[] {
  return counts.map((unit) => {
    const limit = goals.get(what)?.[unit];
    return {
      what: `${what}, ${unit}`,
      ours: exactly(walk[unit], unit),
      peers: [],
      goals: limit === undefined ? [] : [atMost(limit)],
    };
  });
}

/** Walks through one session, the first run being for warming up. */
export async function walkTable(): Promise<Table> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pmdf-walk-'));
  mkdirSync(path.join(folder, 'config', 'pmdf'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, 'config', name), text);
  const { HARAKA } = process.env;
  process.env['HARAKA'] = folder;
  const noName = Object.assign(new Error('no name'), { code: 'ENOTFOUND' });
  const { reverse, resolvePtr } = dns.promises.Resolver.prototype;
  Object.assign(dns.promises.Resolver.prototype, {
    reverse: () => Promise.reject(noName),
    resolvePtr: () => Promise.reject(noName),
  });
  const bundle = new Bundle();
  const coverage = new Coverage(bundle.root);
  try {
    await session(bundle, () => coverage.take());
    const rows = (await session(bundle, () => coverage.take())).flatMap(rowsOf);
    return { name: 'walk', rows };
  } finally {
    coverage.stop();
    Object.assign(dns.promises.Resolver.prototype, { reverse, resolvePtr });
    if (HARAKA === undefined) delete process.env['HARAKA'];
    else process.env['HARAKA'] = HARAKA;
    rmSync(folder, { recursive: true, force: true });
  }
}
