/*
 * The containers of contrib: what is copied and mounted exists. Nothing is built here, since that needs Docker.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { projectRoot } from '../support/project-root.js';

const folder = join(projectRoot, 'contrib', 'docker');

function member(value: unknown, name: string): unknown {
  return Reflect.get(Object(value), name);
}

/** The files that `pmdf init` makes in a new folder. */
function madeFiles(): readonly string[] {
  const words = [
    'init',
    '/nowhere/gateway',
    '--domain',
    'domain.com',
    '--internal',
    'none',
    '--dry-run',
    '--json',
  ];
  const said = execFileSync(process.execPath, [join(projectRoot, 'dist', 'bin', 'pmdf.js'), ...words], {
    encoding: 'utf8',
  });
  const files: unknown = member(JSON.parse(said), 'files');
  assert.ok(Array.isArray(files));
  return files.map((file: unknown) => String(member(file, 'path')));
}

describe('the containers of contrib', () => {
  const compose: unknown = load(readFileSync(join(folder, 'compose.yaml'), 'utf8'));
  const services = member(compose, 'services');
  const dockerfile = readFileSync(join(folder, 'Dockerfile'), 'utf8');

  it('are built from what `pmdf init` makes', () => {
    const made = madeFiles();
    const copied = [...dockerfile.matchAll(/^COPY (.*) \S+$/gm)].flatMap(([, sources = '']) =>
      sources.split(' '),
    );
    assert.equal(copied.length, 3);
    for (const source of [...copied, 'config']) {
      const [start = ''] = source.split('*');
      assert.ok(
        made.some((path) => path === start || path.startsWith(start)),
        `${source} among ${made.join(' ')}`,
      );
    }
  });

  it('run what the bundle and Haraka have', () => {
    const run = [...dockerfile.matchAll(/"node_modules\/(?:haraka-plugin-pmdf\/)?([^"]+)"/g)];
    assert.equal(run.length, 2);
    for (const [, path = ''] of run)
      assert.ok(
        [projectRoot, join(projectRoot, 'node_modules')].some((at) => existsSync(join(at, path))),
        path,
      );
  });

  it('have each folder and volume that the compose file names', () => {
    const volumes = Object.keys(Object(member(compose, 'volumes')));
    for (const name of ['gateway', 'postfix']) {
      const service = member(services, name);
      const build = String(member(service, 'build'));
      assert.ok(existsSync(join(folder, build, 'Dockerfile')), build);
      const mounted: unknown = member(service, 'volumes');
      assert.ok(Array.isArray(mounted));
      for (const one of mounted) {
        const [source = '', target = ''] = String(one).split(':');
        assert.ok(source === './config' || volumes.includes(source), source);
        const text = readFileSync(join(folder, build, 'Dockerfile'), 'utf8');
        assert.ok(source === './config' || text.includes(target), `${target} in the Dockerfile`);
      }
    }
  });
});
