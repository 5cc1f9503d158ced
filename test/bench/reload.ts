/*
 * How long decisions wait while a changed configuration is read again: a gateway decides without a pause, and the longest
 * time between two decisions counts. The peer is the same without a reload, which shows what the machine itself adds.
 */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parsePath } from '../../lib/address/parse-path.js';
import { decideRecipient } from '../../lib/decide/decide-recipient.js';
import type { Session } from '../../lib/policy/session.js';
import { World } from '../../runtime/world.js';
import { makeDatabase } from './forwarded-addresses.js';
import { atMost } from './goal.js';
import { compare } from './measure.js';
import { cnf, mappings, type Size } from './policy-fixture.js';
import type { Row, Table } from './row.js';

const sizes: readonly Size[] = [
  { networks: 10, entries: 1_000 },
  { networks: 1_000, entries: 10_000 },
  { networks: 10_000, entries: 100_000 },
];
const longestWaitUs = 20_000;

const session: Session = {
  client: { address: '203.0.113.9', port: 4000 },
  server: { address: '192.0.2.1', port: 25 },
  reverseName: { kind: 'none', cause: 'not looked up' },
  sourceChannel: 'tcp_local',
  helo: 'client.example',
  esmtp: true,
  tls: false,
  authUser: null,
};
const notify = new Set<string>();
const options = { tables: true, bothPasses: false };

function pathOf(text: string) {
  const parsed = parsePath(text);
  if (parsed.kind !== 'path') throw new Error(`not a path: ${text}`);
  return parsed.path;
}

const from = 'somebody@example.net';

/** A gateway's configuration on disk, and its world. */
class Gateway {
  readonly #folder: string;
  readonly #size: Size;
  readonly #world: World;
  #version = 0;

  constructor(folder: string, size: Size, database: string) {
    this.#folder = folder;
    this.#size = size;
    mkdirSync(join(folder, 'pmdf'), { recursive: true });
    writeFileSync(join(folder, 'pmdf', 'pmdf.cnf'), cnf(size));
    writeFileSync(join(folder, 'pmdf', 'pmdf.yaml'), `databases: { general: '${database}' }\n`);
    this.#change();
    this.#world = new World({
      configFolder: folder,
      isGateway: true,
      watch: false,
      log: (severity, message) => {
        if (severity !== 'notice') throw new Error(message);
      },
    });
  }

  /** The longest time between two decisions while the changed configuration is read, in microseconds. */
  async whileReloading(): Promise<number> {
    this.#change();
    return await this.#whileWaiting(async () => {
      if (!(await this.#world.reload())) throw new Error('the new policy is not in force');
    });
  }

  /** The same for as long without a reload. */
  async whileIdle(milliseconds: number): Promise<number> {
    return await this.#whileWaiting(() => new Promise((resolve) => setTimeout(resolve, milliseconds)));
  }

  close(): void {
    this.#world.close();
  }

  #change(): void {
    this.#version += 1;
    const file = join(this.#folder, 'pmdf', 'mappings');
    writeFileSync(`${file}.new`, `${mappings(this.#size)}! ${this.#version}\n`);
    renameSync(`${file}.new`, file);
  }

  /** Decides about a recipient of a client from outside. Throws if that fails. */
  #decide(number: number): void {
    const policy = this.#world.policy();
    const request = { to: pathOf(`<user${number % 1_000_000}@domain.com>`), originalRecipient: null, notify };
    this.#world.decide(policy, (environment) =>
      decideRecipient({ policy, session, environment }, from, request, options),
    );
  }

  async #whileWaiting(work: () => Promise<void>): Promise<number> {
    let isDone = false;
    const done = work().finally(() => {
      isDone = true;
    });
    let longest = 0;
    let last = performance.now();
    for (let number = 0; !isDone; number += 1) {
      this.#decide(number);
      await nextTurn();
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }
    await done;
    return longest * 1000;
  }
}

/** The table `reload`. */
export async function reloadTable(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-bench-'));
  const rows: Row[] = [];
  try {
    const database = makeDatabase(folder);
    for (const size of sizes) {
      const gateway = new Gateway(join(folder, String(size.entries)), size, database);
      try {
        rows.push(
          await compare({
            what: `longest wait during a reload: ${size.networks} networks, ${size.entries} entries, 1 000 000 addresses`,
            unit: 'us',
            ours: () => gateway.whileReloading(),
            peers: [{ name: 'no reload', run: () => gateway.whileIdle(2_000) }],
            goals: [atMost(longestWaitUs)],
          }),
        );
      } finally {
        gateway.close();
      }
    }
    return { name: 'reload', rows };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
