/*
 * The files of contrib, judged by the programs that they are for.
 */
import { execFileSync } from 'node:child_process';
import { itWith } from '../support/programs.js';
import { projectRoot } from '../support/project-root.js';

const run = (program: string, ...words: readonly string[]): string =>
  execFileSync(program, words, { cwd: projectRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

describe('contrib', () => {
  itWith(['promtool'], 'has alert rules that promtool finds right', () => {
    run('promtool', 'check', 'rules', 'contrib/prometheus/alerts.yml');
  });

  itWith(['systemd-analyze'], 'has a unit that systemd finds right', () => {
    run('systemd-analyze', 'verify', 'contrib/haraka.service');
  });
});
