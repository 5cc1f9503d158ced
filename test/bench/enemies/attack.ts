/*
 * An attack that goes on in a process of its own, and what the gateways answered it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../../support/project-root.js';
import type { EnemyKind } from './kinds.js';

/** What came of an attack. */
export interface Attacked {
  /** Connections that were opened. */
  readonly opened: number;
  readonly seconds: number;
  /** How many lines with a code, such as `535`, the gateways sent. */
  answers(code: string): number;
}

/** An attack that goes on. */
export interface Attack {
  /** Ends it; resolves when its last line has been read. */
  end(): Promise<Attacked>;
}

function program(kind: EnemyKind, ports: readonly number[]): ChildProcess {
  const file = join(projectRoot, 'dist/test/bench/enemies/enemy.js');
  return spawn(process.execPath, [file, kind, ports.join(',')], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Begins an attack on all ports in turn; resolves when its first connection is open. Rejects if the program fails. */
export async function beginAttack(kind: EnemyKind, ports: readonly number[]): Promise<Attack> {
  const child = program(kind, ports);
  if (child.stdout === null) throw new Error('the output of the attack cannot be read');
  const counts = new Map<string, number>();
  const lines = createInterface(child.stdout);
  lines.on('line', (line) => counts.set(line, (counts.get(line) ?? 0) + 1));
  const closed = once(lines, 'close');
  const first = once(lines, 'line').then(() => true);
  if (!(await Promise.race([first, closed.then(() => false)])))
    throw new Error(`the attack of ${kind} ended`);
  const begun = performance.now();
  return {
    end: async () => {
      if (child.exitCode !== null) throw new Error(`the attack of ${kind} ended too early`);
      const seconds = (performance.now() - begun) / 1_000;
      child.kill();
      await closed;
      return { opened: counts.get('open') ?? 0, seconds, answers: (code) => counts.get(code) ?? 0 };
    },
  };
}
