/*
 * Part of the build: the command `pmdf` in one file, which starts in half the time that five hundred take. The packages that it
 * needs stay outside.
 */
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';

const root = dirname(dirname(dirname(__dirname)));

buildSync({
  entryPoints: [join(root, 'bin', 'pmdf.ts')],
  outfile: join(root, 'dist', 'bin', 'pmdf.js'),
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  charset: 'utf8',
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
});
