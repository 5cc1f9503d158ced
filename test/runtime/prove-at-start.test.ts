/*
 * A gateway that has started logs whether strangers can relay; any other use of a configuration does not.
 */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { World, type WorldOptions } from '../../runtime/world.js';
import { projectRoot } from '../support/project-root.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const mappings = (entry: string): string =>
  `ORIG_SEND_ACCESS\n\n${entry}  tcp_local|*|tcp_local|*  $NRelaying$ not$ permitted\n`;
const partner = '  tcp_local|*@partner.example|tcp_local|*  $Y\n';

const rows: readonly (readonly [string, string, string])[] = [
  ['a policy that is safe', '', 'notice relaying: tcp_local: proved: strangers cannot relay'],
  [
    'one with a way',
    partner,
    'warning relaying: tcp_local: strangers can relay, in 1 way; `pmdf prove` shows how',
  ],
];

describe('the proof at start', () => {
  const folder = temporaryFolder();

  for (const [name, entry, expected] of rows) {
    it(`logs the answer for ${name}`, async () => {
      const configFolder = folder.path('config');
      mkdirSync(join(configFolder, 'pmdf'), { recursive: true });
      copyFileSync(join(projectRoot, 'config', 'pmdf.cnf'), join(configFolder, 'pmdf', 'pmdf.cnf'));
      writeFileSync(join(configFolder, 'pmdf', 'mappings'), mappings(entry));
      const logged = await new Promise<string>((resolve) => {
        const log: WorldOptions['log'] = (severity, message) => {
          if (message.startsWith('relaying')) resolve(`${severity} ${message}`);
        };
        const world = new World({ configFolder, log, watch: false, isGateway: true, proveAfter: 0 });
        after(() => world.close());
      });
      assert.equal(logged, expected);
    });
  }
});
