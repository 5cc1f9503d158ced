/*
 * An install whose configuration has errors: Haraka does not start, and its standard error shows where they are.
 */
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HarakaInstall } from '../e2e/support/haraka-install.js';
import { runProgram } from '../e2e/support/program.js';
import { makeGateway, ways } from './support/gateway-install.js';

const INSTALL_LIMIT_MS = 300_000;
const noSinks = { local: 9, outside: 9 };

for (const way of ways) {
  describe(`install by ${way.name}, other configurations`, function () {
    this.timeout(INSTALL_LIMIT_MS);
    let install: HarakaInstall | undefined;

    before(async () => {
      install = await makeGateway(way, noSinks, process.execPath);
    });

    after(() => install?.remove());

    it('starts with the unchanged sample settings', async () => {
      assert.ok(install !== undefined);
      const sample = join(install.dir, way.place, 'config', 'pmdf.yaml');
      cpSync(sample, join(install.dir, 'config', 'pmdf', 'pmdf.yaml'));
      const haraka = await install.start();
      await haraka.stop();
    });

    it('does not start with an unknown flag in an access table, and the command pmdf says the same', async () => {
      assert.ok(install !== undefined);
      const mappings = join(install.dir, 'config', 'pmdf', 'mappings');
      const line = readFileSync(mappings, 'utf8').split('\n').length;
      appendFileSync(mappings, '  tcp_local|*|*|*@evil.example   $QNo\n');
      const { code, stderr } = await install.startExpectingFailure();
      assert.notEqual(code, 0);
      const finding = `config/pmdf/mappings:${line}:34: error: `;
      assert.ok(stderr.includes(finding), stderr);
      const [program, ...words] = way.command;
      const checked = await runProgram(program, [...words, 'check'], { cwd: install.dir });
      assert.ok(checked.stdout.includes(finding), checked.stdout + checked.stderr);
      assert.equal(checked.code, 2);
      // The bundle as a whole is found in both places, but is not a plugin.
      install.writeConfig('plugins', 'pmdf\nrcpt_to.in_host_list\n');
      const whole = await install.startExpectingFailure();
      assert.notEqual(whole.code, 0);
      assert.match(
        whole.stderr,
        /config\/plugins:1:1: error: `pmdf` names the bundle, which is not a plugin/,
      );
    });
  });
}
