/*
 * One run of `pmdf prove` or `pmdf check` in a process of its own, with what it took.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { projectRoot } from '../../support/project-root.js';

/** What a process took, as the kernel counts it. */
export interface Spent {
  readonly wallMicroseconds: number;
  readonly cpuMicroseconds: number;
  readonly peakMegabytes: number;
}

/** What the command said of the first channel, and what the process took. */
export interface CommandRun extends Spent {
  readonly answer: string;
}

/** At its end a process tells on its standard error what it took. */
const meter = `process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  require('node:fs').writeSync(2, JSON.stringify({ cpu: userCPUTime + systemCPUTime, rss: maxRSS }))
})
`;

function numberIn(text: string, name: string): number {
  return Number(new RegExp(`"${name}":(\\d+)`).exec(text)?.[1]);
}

/** Runs it on the configuration in a folder. Throws if it says nothing of a channel. */
export function runCommand(command: 'prove' | 'check', folder: string): CommandRun {
  const file = join(folder, 'meter.js');
  writeFileSync(file, meter);
  const pmdf = join(projectRoot, 'dist', 'bin', 'pmdf.js');
  const begin = performance.now();
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--require', file, pmdf, command, '--json', '--config', folder],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const wallMicroseconds = (performance.now() - begin) * 1000;
  const answer = /"answer": ?"([a-z-]+)"/.exec(stdout)?.[1];
  if (answer === undefined) throw new Error(`pmdf ${command} said nothing of a channel: ${stdout}${stderr}`);
  return {
    answer,
    wallMicroseconds,
    cpuMicroseconds: numberIn(stderr, 'cpu'),
    peakMegabytes: numberIn(stderr, 'rss') / 1024,
  };
}
