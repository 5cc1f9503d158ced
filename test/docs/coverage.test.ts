/*
 * docs/coverage.md names every section of the manual that the code refers to, and only files that exist.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/project-root.js';

interface Row {
  readonly sections: string;
  readonly there: string;
  readonly where: string;
}

function rowsOf(page: string): readonly Row[] {
  return page.split('\n').flatMap((line) => {
    const [, sections = '', , there = '', where = ''] = line.split('|').map((cell) => cell.trim());
    return /^(?:\d|test)/.test(sections) ? [{ sections, there, where }] : [];
  });
}

/** The sections in a text; `2.2.6.1 to 2.2.6.9` and `2.3.4.40-45` are every section from first to last. */
function sectionsIn(text: string): readonly string[] {
  const sections: string[] = [];
  const plain = text.replace(
    /(\d[\d.]*)\.(\d+)(?: to [\d.]*\.|-)(\d+)/g,
    (_, chapter: string, first: string, last: string) => {
      for (let at = Number(first); at <= Number(last); at += 1) sections.push(`${chapter}.${at}`);
      return '';
    },
  );
  for (const [section] of plain.matchAll(/Table \d+-\d+|test -[a-z]+|\d+(?:\.\d+)*/g)) sections.push(section);
  return sections;
}

/** The sections of PMDF's manual that the code refers to, each with its file. */
function references(): readonly { readonly section: string; readonly file: string }[] {
  return ['lib', 'runtime', 'plugins', 'bin'].flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .flatMap((entry) => {
        const file = join(entry.parentPath, entry.name);
        const text = readFileSync(file, 'utf8');
        return [...text.matchAll(/Ref: .*$/gm)].flatMap(([line]) =>
          [...line.matchAll(/PMDF ([^;*(]*)/g)].flatMap(([, named = '']) =>
            sectionsIn(named).map((section) => ({ section, file: entry.name })),
          ),
        );
      }),
  );
}

describe('docs/coverage.md', () => {
  const rows = rowsOf(readFileSync(join(projectRoot, 'docs/coverage.md'), 'utf8'));

  it('names every section that the code refers to', () => {
    const named = new Set(rows.flatMap(({ sections }) => sectionsIn(sections)));
    const found = references();
    assert.ok(found.length > 50);
    const missing = found.filter(({ section }) => !named.has(section));
    assert.deepEqual(
      missing.map(({ section, file }) => `${section} in ${file}`),
      [],
    );
  });

  it('says yes, partial or no, and names files that exist', () => {
    assert.ok(rows.length > 30);
    for (const { sections, there, where } of rows) {
      assert.match(there, /^(?:yes|partial: .+|no(?:: .+)?)$/, sections);
      for (const [, file = ''] of where.matchAll(/`([^`]+)`/g)) {
        assert.ok(existsSync(join(projectRoot, file)), `${sections}: ${file}`);
      }
      if (!there.startsWith('no')) assert.notEqual(where, '', sections);
    }
  });
});
