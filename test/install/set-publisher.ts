/*
 * `npm run publisher -- URL AUTHOR` writes the fields of package.json that name the project's place and owner:
 * repository, homepage, bugs, author. URL is that of the repository in a browser. `--check` says which are missing;
 * nothing is published without them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/project-root.js';

/** The fields, in their order in package.json. */
export const publisherFields = ['author', 'homepage', 'repository', 'bugs'] as const;

/** The fields missing from a manifest. */
export function missingFields(manifest: string): string[] {
  const fields: unknown = JSON.parse(manifest);
  return publisherFields.filter((name) => !Object.hasOwn(Object(fields), name));
}

/** Returns the manifest with all fields; throws if the URL is not that of a repository, or without an author. */
export function withPublisher(manifest: string, written: string, author: string): string {
  const url = new URL(written);
  const path = url.pathname.replace(/(?:\.git)?\/*$/, '');
  if (url.protocol !== 'https:' || url.search !== '' || path.split('/').length < 3)
    throw new Error(`\`${written}\` is not the https URL of a repository`);
  if (author.trim() === '') throw new Error('the author is empty');
  const base = `${url.origin}${path}`;
  const made = {
    author: author.trim(),
    homepage: `${base}#readme`,
    repository: { type: 'git', url: `git+${base}.git` },
    bugs: { url: `${base}/issues` },
  };
  const fields: Readonly<Record<string, unknown>> = JSON.parse(manifest);
  const kept = Object.entries(fields).filter(([name]) => !Object.hasOwn(made, name));
  const after = kept.findIndex(([name]) => name === 'license');
  const all = [...kept.slice(0, after + 1), ...Object.entries(made), ...kept.slice(after + 1)];
  return `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`;
}

function main(words: readonly string[]): number {
  const path = join(projectRoot, 'package.json');
  const manifest = readFileSync(path, 'utf8');
  const [url, author] = words;
  if (url === '--check') {
    const missing = missingFields(manifest);
    if (missing.length === 0) return 0;
    console.error(
      `package.json has no ${missing.join(', ')}: npm run publisher -- https://HOST/OWNER/NAME 'NAME <ADDRESS>'`,
    );
    return 1;
  }
  if (url === undefined || author === undefined) {
    console.error("usage: npm run publisher -- https://HOST/OWNER/NAME 'NAME <ADDRESS>'");
    return 64;
  }
  try {
    writeFileSync(path, withPublisher(manifest, url, author));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 64;
  }
}

if (require.main === module) process.exitCode = main(process.argv.slice(2));
