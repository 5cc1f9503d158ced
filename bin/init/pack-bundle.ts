/*
 * The bundle as one packed file, as `npm pack` makes it: a gzipped ustar archive with everything under `package/`. It
 * contains the packages that the bundle needs, so that npm installs it without a registry.
 * Ref: POSIX.1-2017 pax, ustar interchange format
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const blockSize = 512;
const longestName = 100;

interface PackedFile {
  /** The name in the archive, with `/`. */
  readonly name: string;
  readonly path: string;
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}

/** The two fields of a name: the first one has what does not fit into the second, split at a slash. */
function nameFields(name: string): readonly [prefix: string, name: string] {
  if (Buffer.byteLength(name) <= longestName) return ['', name];
  const cut = name.indexOf('/', name.length - longestName - 1);
  if (cut === -1) throw new Error(`the name of a packed file is too long: ${name}`);
  return [name.slice(0, cut), name.slice(cut + 1)];
}

function headerOf(written: string, size: number, mode: number): Buffer {
  const [prefix, name] = nameFields(written);
  const header = Buffer.alloc(blockSize);
  header.write(name, 0);
  header.write(octal(mode, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(size, 12), 124);
  header.write(octal(0, 12), 136);
  // The checksum counts its own field as blanks.
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\0', 257);
  header.write('00', 263);
  header.write(prefix, 345);
  let sum = 0;
  for (const octet of header) sum += octet;
  header.write(`${octal(sum, 7)} `, 148);
  return header;
}

function archive(files: readonly PackedFile[]): Buffer {
  const parts: Buffer[] = [];
  for (const { name, path } of files) {
    const content = readFileSync(path);
    const isProgram = (statSync(path).mode & 0o111) !== 0;
    const padding = Buffer.alloc((blockSize - (content.length % blockSize)) % blockSize);
    parts.push(headerOf(`package/${name}`, content.length, isProgram ? 0o755 : 0o644), content, padding);
  }
  parts.push(Buffer.alloc(2 * blockSize));
  return gzipSync(Buffer.concat(parts));
}

function filesUnder(folder: string, name: string): PackedFile[] {
  const path = join(folder, name);
  if (!statSync(path).isDirectory()) return [{ name, path }];
  return readdirSync(path)
    .sort()
    .flatMap((entry) => (entry === 'node_modules' ? [] : filesUnder(folder, `${name}/${entry}`)));
}

function textList(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one: unknown) => typeof one === 'string') : [];
}

function manifestOf(folder: string): object {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null) throw new Error(`${folder} is not a package`);
  return manifest;
}

/** The folder of a package that another one requires: in its node_modules, or beside it or a parent. */
function requiredPackage(from: string, name: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, basename(folder) === 'node_modules' ? '' : 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return found;
    if (dirname(folder) === folder) throw new Error(`the package ${name} is missing: run \`npm install\``);
  }
}

/** Collects packages and their dependencies by name; of two versions of one the first counts. */
function collectPackages(from: string, names: readonly string[], found: Map<string, string>): void {
  for (const name of names) {
    if (found.has(name)) continue;
    const folder = requiredPackage(from, name);
    found.set(name, folder);
    const dependencies: unknown = Reflect.get(manifestOf(folder), 'dependencies');
    collectPackages(folder, Object.keys(Object(dependencies)), found);
  }
}

/** Whether a file is packed: not source maps, nor types other than the engine's. */
function isPacked({ name }: PackedFile): boolean {
  if (name.endsWith('.map')) return false;
  return !name.endsWith('.d.ts') || !/^dist\/(?:runtime|plugins|bin)\//.test(name);
}

/** Packs the bundle in a folder: a built clone, or an unpacked or installed bundle. */
export function packBundle(folder: string): Buffer {
  const manifest = manifestOf(folder);
  const listed = textList(Reflect.get(manifest, 'files')).filter((name) => !name.startsWith('!'));
  const always = ['package.json', 'README.md', 'LICENSE'];
  const names = [...new Set([...always, ...listed])].filter((name) => existsSync(join(folder, name)));
  const packages = new Map<string, string>();
  collectPackages(folder, textList(Reflect.get(manifest, 'bundleDependencies')), packages);
  const bundled = [...packages].flatMap(([name, path]) =>
    readdirSync(path)
      .sort()
      .flatMap((entry) => (entry === 'node_modules' ? [] : filesUnder(path, entry)))
      .map((file) => ({ name: `node_modules/${name}/${file.name}`, path: file.path })),
  );
  return archive([...names.flatMap((name) => filesUnder(folder, name)).filter(isPacked), ...bundled]);
}
