/*
 * Tests of every fault of a next hop with several recipients. Counted at the next hops: nothing is lost that was acknowledged, nothing
 * delivered that was refused, nobody bounced who was not refused, and nothing comes twice except where `docs/durability.md` says so.
 */

import assert from 'node:assert/strict';
import { exampleFile, type Gateway, startGateway } from '../support/gateway.js';
import type { Fault } from './fault-rows.js';
import { type Counts, type FaultLab, type Mode, runFault } from './fault-run.js';
import type { FaultyHop } from './faulty-hop.js';

/** A table: its faults, and a next hop that has them. */
export interface FaultTable<Row extends Fault> {
  readonly modes: readonly Mode[];
  readonly rows: readonly Row[];
  /** Starts the next hop of a mode. */
  startHop(mode: Mode): Promise<FaultyHop<Row>>;
  /** Whether the modes run one after the other, since their next hops are one server; by default side by side. */
  readonly isInTurn?: boolean;
  /** `timeout` of pmdf/deliver, in seconds. */
  readonly timeout: number;
  /** How long all of it may take. */
  readonly limitMs: number;
}

function hasFault({ protocol, method }: Mode, { isLmtp, kind }: Fault): boolean {
  // The client has its answer when the queue meets the next hop.
  return !(isLmtp === true && protocol === 'smtp') && !(kind === 'client gone' && method === 'queue');
}

/** Kills Haraka with SIGKILL and starts it again. */
async function restarted(gateway: Gateway): Promise<Gateway> {
  gateway.kill('SIGKILL');
  await gateway.exited;
  const running = await gateway.install.start();
  const stop = (): Promise<void> => running.stop().finally(gateway.stop);
  return { ...gateway, ...running, stop };
}

/** Runs every fault in every mode and adds a test for each fault. */
export function testFaults<Row extends Fault>(table: FaultTable<Row>): void {
  const { modes, rows } = table;
  const hops = new Map<Mode, FaultyHop<Row>>();
  const found = new Map<Row, Map<Mode, Counts>>(rows.map((row) => [row, new Map()]));
  let gateway: Gateway;

  before(async function () {
    this.timeout(table.limitMs);
    for (const mode of modes) hops.set(mode, await table.startHop(mode));
    const hostOf = ({ name }: Mode): string => `${name}-daemon`.toUpperCase();
    // With `@` the address has a source route, which next hops do not see.
    const rules = modes.map((mode) => {
      const sign = mode.protocol === 'lmtp' ? '@' : '%';
      return `${mode.name}.domain.com   $U${sign}${mode.name}.domain.com@${hostOf(mode)}`;
    });
    const blocks = modes.map((mode) => `\ntcp_${mode.name} smtp mx\n${hostOf(mode)}\n`);
    const routes = modes.map((mode) => {
      const server = `${mode.protocol}://127.0.0.1:${hops.get(mode)?.port}`;
      return `  tcp_${mode.name}: { method: ${mode.method}, next_hop: '${server}' }\n`;
    });
    gateway = await startGateway({
      cnf: exampleFile('pmdf.cnf')
        .replace('\n.domain.com   ', `\n${rules.join('\n')}\n.domain.com   `)
        .concat(...blocks),
      delivery: (ports) => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${ports.l}' }
  tcp_internal: queue
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
${routes.join('')}`,
      config: {
        'pmdf/deliver.timeout': `${table.timeout}\n`,
        'outbound.ini': 'temp_fail_intervals=1h\nconnect_timeout=1\nconcurrency_max=100\n',
      },
    });
    const lab: FaultLab = {
      get gateway() {
        return gateway;
      },
      restart: async () => {
        gateway = await restarted(gateway);
      },
    };
    const allFaults = async (mode: Mode, hop: FaultyHop<Row>): Promise<void> => {
      for (const [number, row] of rows.entries()) {
        if (!hasFault(mode, row)) continue;
        found.get(row)?.set(mode, await runFault(lab, hop, mode, row, `${mode.name}${number}`));
      }
    };
    if (table.isInTurn === true) for (const [mode, hop] of hops) await allFaults(mode, hop);
    else await Promise.all([...hops].map(([mode, hop]) => allFaults(mode, hop)));
  });
  after(async () => {
    await gateway?.stop();
    for (const hop of hops.values()) await hop.close();
  });

  for (const row of rows.filter((one) => modes.some((mode) => hasFault(mode, one)))) {
    it(row.name, () => {
      const runs = [...(found.get(row) ?? [])];
      assert.equal(runs.length, modes.filter((mode) => hasFault(mode, row)).length);
      for (const [mode, { doubled, mayBeDoubled, ...counts }] of runs) {
        assert.deepEqual(counts, { lost: 0, refusedWrongly: 0, deliveredRefused: 0 }, mode.name);
        assert.ok(doubled <= mayBeDoubled, `${mode.name}: ${doubled} copies too many`);
      }
      const sum = (of: keyof Counts): number => runs.reduce((total, [, counts]) => total + counts[of], 0);
      process.stdout.write(
        `        ${runs.length} runs, ${sum('lost')} lost, ${sum('refusedWrongly')} refused wrongly, ${sum('doubled')} doubled\n`,
      );
    });
  }
}
