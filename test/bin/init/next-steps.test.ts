/*
 * The commands that `pmdf init` names at its end.
 */
import assert from 'node:assert/strict';
import { nextSteps } from '../../../bin/init/next-steps.js';
import { noHarakaSettings } from '../../../lib/index.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('next steps of pmdf init', () => {
  const folder = temporaryFolder();
  const answers = { site: null, mailHost: null, name: 'gate.example', haraka: noHarakaSettings };

  for (const [what, hasErrors, expected] of [
    ['install before they start', false, ['npm install', 'npx haraka -c .']],
    ['install before they check again what has errors', true, ['npm install', 'npx pmdf check']],
  ] as const) {
    it(what, () => {
      folder.write('package.json', '{"dependencies": {"Haraka": "3.3.4"}}');
      const situation = {
        folder: folder.path('.'),
        isNew: true,
        isDry: false,
        proposed: null,
        hasErrors,
        needsRoot: false,
        lacksCertificate: false,
      };
      const steps = nextSteps(situation, answers);
      assert.deepEqual(
        steps.slice(1).map(({ command }) => command),
        expected,
      );
    });
  }
});
