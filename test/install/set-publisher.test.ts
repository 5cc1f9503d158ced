/*
 * The fields of package.json that a maintainer sets with one command.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/project-root.js';
import { missingFields, publisherFields, withPublisher } from './set-publisher.js';

describe('npm run publisher', () => {
  const manifest = readFileSync(join(projectRoot, 'package.json'), 'utf8');
  const author = 'The Maintainers <post@project.example>';

  for (const url of [
    'https://git.example/owner/name',
    'https://git.example/owner/name.git',
    'https://git.example/owner/name/',
  ]) {
    it(`takes all fields from ${url}`, () => {
      const made = withPublisher(manifest, url, author);
      const fields: unknown = JSON.parse(made);
      const member = (name: string): unknown => Reflect.get(Object(fields), name);
      assert.equal(member('author'), author);
      assert.equal(member('homepage'), 'https://git.example/owner/name#readme');
      assert.deepEqual(member('repository'), { type: 'git', url: 'git+https://git.example/owner/name.git' });
      assert.deepEqual(member('bugs'), { url: 'https://git.example/owner/name/issues' });
      assert.deepEqual(missingFields(made), []);
      // Setting it again changes nothing else.
      assert.equal(withPublisher(made, url, author), made);
      const rest = (text: string): unknown[] =>
        Object.entries(JSON.parse(text)).filter(([name]) => !publisherFields.some((one) => one === name));
      assert.deepEqual(rest(made), rest(manifest));
    });
  }

  for (const [url, by] of [
    ['owner/name', author],
    ['http://git.example/owner/name', author],
    ['https://git.example/owner', author],
    ['https://git.example/owner/name', ' '],
  ] as const) {
    it(`refuses ${url} by \`${by}\``, () => {
      assert.throws(() => withPublisher(manifest, url, by));
    });
  }

  it('is required for publishing, and is done completely or not at all', () => {
    const scripts: unknown = Reflect.get(Object(JSON.parse(manifest)), 'scripts');
    assert.match(String(Reflect.get(Object(scripts), 'prepublishOnly')), /set-publisher\.js --check$/);
    const missing = missingFields(manifest);
    assert.ok(missing.length === 0 || missing.length === publisherFields.length, missing.join(', '));
  });
});
