/*
 * Part of the build: the command `pmdf` in one file and the plugins in another, which start in half the time that hundreds take. The
 * packages that they need stay outside. The process that runs the command in tests is one file too. The files are ASCII, which
 * Node reads and compiles in two thirds of the time that other characters take.
 *
 * The plugins share a file because they share the gateway of their process. Each part of it runs when it is first asked for;
 * the files beside it, such as `dist/packed/access.js`, ask for one.
 */
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';

const root = dirname(dirname(dirname(__dirname)));
const packed = join(root, 'dist', 'packed');

function pack(options: BuildOptions): void {
  buildSync({
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    ...options,
  });
}

for (const name of ['bin/pmdf', 'test/bin/support/command-process'])
  pack({ entryPoints: [join(root, `${name}.ts`)], outfile: join(root, 'dist', `${name}.js`) });

/** Folders without a plugin of their own. */
const shared = new Set(['support', 'haraka']);

const plugins = readdirSync(join(root, 'plugins'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !shared.has(entry.name))
  .map(({ name }): readonly [string, string] => [name, `./plugins/${name}/index.ts`]);

/** What others load, by name. */
const parts = [
  ...plugins,
  ['bundle', './plugins/bundle.ts'],
  ['vet-thread', './runtime/vet-thread.ts'],
  ['routine-thread', './runtime/routines/routine-thread.ts'],
  ['key-thread', './runtime/passwords/key-thread.ts'],
] as const;

const getters = parts.map(([name, file]) => `get ${JSON.stringify(name)}() { return require('${file}') },`);
pack({
  stdin: {
    contents: `module.exports = {\n${getters.join('\n')}\n}`,
    resolveDir: root,
    sourcefile: 'parts.js',
  },
  outfile: join(packed, 'parts.js'),
});
mkdirSync(packed, { recursive: true });
cpSync(join(root, 'plugins', 'watch', 'page'), join(packed, 'watch-page'), { recursive: true });
for (const [name] of parts) {
  writeFileSync(
    join(packed, `${name}.js`),
    `module.exports = require('./parts.js')[${JSON.stringify(name)}];\n`,
  );
}
