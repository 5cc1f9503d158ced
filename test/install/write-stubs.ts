/*
 * Part of the build: for each plugin a folder at the package's root with a package.json, since that is where Haraka
 * looks for `pmdf/access`. Makes the command executable too.
 */
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = dirname(dirname(dirname(__dirname)));
const plugins = join(root, 'dist', 'plugins');

/** Folders without a plugin of their own. */
const shared = new Set(['support', 'haraka']);

for (const entry of readdirSync(plugins, { withFileTypes: true })) {
  if (!entry.isDirectory() || shared.has(entry.name)) continue;
  const folder = join(root, entry.name);
  mkdirSync(folder, { recursive: true });
  const stub = { name: `pmdf-${entry.name}`, private: true, main: `../dist/packed/${entry.name}.js` };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(stub, null, 2)}\n`);
}
chmodSync(join(root, 'dist', 'bin', 'pmdf.js'), 0o755);
