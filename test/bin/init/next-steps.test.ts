/*
 * The commands that `pmdf init` suggests at its end.
 */

import assert from 'node:assert/strict';
import { noHarakaSettings } from '../../../bin/init/dispatcher/haraka-settings.js';
import { nextSteps } from '../../../bin/init/next-steps.js';
import { readNetwork } from '../../../bin/init/read-answers.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('next steps of pmdf init', () => {
  const folder = temporaryFolder();

  const proposed = 'config/plugins.pmdf-proposed';
  const site = { domains: ['a.example'], networks: [readNetwork('10.20.0.0/16')] };
  const answers = { site, mailHost: null, name: 'gate.example', haraka: noHarakaSettings };
  const explain = 'npx pmdf explain --client 10.20.0.1 --from me@a.example --to you@other.example';

  for (const [what, change, expected] of [
    ['install before they start', {}, ['npm install', explain, 'npx haraka -c .']],
    [
      'install before they check again what has errors',
      { hasErrors: true },
      ['npm install', 'npx pmdf check'],
    ],
    [
      'list the plugins before they explain what these decide',
      { proposed },
      ['npm install', `mv ${proposed} config/plugins`, explain, 'npx pmdf check'],
    ],
  ] as const) {
    it(what, () => {
      folder.write('package.json', '{"dependencies": {"Haraka": "3.3.4"}}');
      const situation = {
        folder: folder.path('.'),
        isNew: true,
        isDry: false,
        proposed: null,
        hasErrors: false,
        needsRoot: false,
        lacksCertificate: false,
        ...change,
      };
      const steps = nextSteps(situation, answers);
      assert.deepEqual(
        steps.slice(1).map(({ command }) => command),
        expected,
      );
    });
  }
});
