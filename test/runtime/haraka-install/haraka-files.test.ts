/*
 * config/plugins and ini files are read as haraka-config reads them: compared with haraka-config itself.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { IniFile, isSet } from '../../../runtime/haraka-install/ini-file.js';
import { parsePluginList } from '../../../runtime/haraka-install/plugin-list.js';
import { projectRoot } from '../../support/project-root.js';

const requireThere = createRequire(join(projectRoot, 'node_modules', 'haraka-config', 'config.js'));

function theirs(reader: string, method: string): (...given: readonly unknown[]) => unknown {
  const module: unknown = requireThere(`./lib/readers/${reader}`);
  const found: unknown = Reflect.get(Object(module), method);
  if (typeof found !== 'function') throw new Error(`haraka-config has no ${reader}.${method}`);
  return (...given) => Reflect.apply(found, module, given);
}

// It reports each line that it does not understand.
Reflect.set(Object(requireThere('./lib/readers/ini')), 'logger', () => undefined);

const parseValue = theirs('flat', 'parseValue');
const parseIni = theirs('ini', 'parseIni');

function sourceOf(text: string) {
  return { name: 'config/plugins', shortName: 'plugins', text };
}

/** Pieces that matter to the readers. */
function textOf(...pieces: readonly string[]) {
  return fc.array(fc.constantFrom(...pieces), { maxLength: 25 }).map((all) => all.join(''));
}

/** Our settings in the form of haraka-config: the last of each key, lists by `key[]`. */
function asTheirs(file: IniFile): Record<string, Record<string, unknown>> {
  const made: Record<string, Record<string, unknown>> = { main: {} };
  for (const section of file.sections) made[section] ??= {};
  for (const { section, key, value } of file.settings) {
    const settings = made[section] ?? {};
    const bare = key.replace('[]', '');
    if (!/.\[\]$/.test(key)) settings[key] = value;
    else if (Array.isArray(settings[bare])) settings[bare].push(value);
    else settings[bare] = [value];
    made[section] = settings;
  }
  return made;
}

/** Numbers from haraka-config, as text. */
function asTexts(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(asTexts);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asTexts(member)]));
  }
  return value;
}

describe("Haraka's own files", () => {
  it('config/plugins has the lines that haraka-config finds, each with its place', () => {
    const text = textOf(
      'pmdf/access',
      'tls',
      '#',
      ';',
      ' ',
      '\t',
      '\n',
      '\r\n',
      '\r',
      '\uFEFF',
      '# a',
      'x y',
    );
    fc.assert(
      fc.property(text, (written) => {
        const { source, lines } = parsePluginList(sourceOf(written));
        assert.deepEqual(
          lines.map((line) => line.written),
          parseValue('plugins', 'list', {}, written),
        );
        for (const { span, written: name } of lines) assert.ok(source.text.startsWith(name, span.offset));
      }),
    );
  });

  it('an ini file has the settings that haraka-config finds', () => {
    const text = textOf(
      'a',
      'b.c',
      '[]',
      '=',
      ' = ',
      '1',
      '[s]',
      '[t] ',
      ';',
      '#',
      '\\',
      '\n',
      '\n',
      '\r\n',
      ' ',
      '$',
    );
    fc.assert(
      fc.property(text, (written) => {
        const ours = asTheirs(new IniFile(sourceOf(written)));
        assert.deepEqual(ours, asTexts(parseIni('x.ini', {}, written)));
      }),
    );
  });

  for (const [line, expected] of [
    ['ignore_bad_plugins=true', true],
    ['ignore_bad_plugins=1', true],
    ['ignore_bad_plugins=false', true],
    ['ignore_bad_plugins=0', false],
    ['ignore_bad_plugins=0.0', false],
    ['ignore_bad_plugins=', false],
    ['ignore_bad_plugins', false],
    ['ignore_bad_plugins=0 ; off', true],
  ] as const) {
    it(`${line} is ${expected ? 'on' : 'off'}, as for Haraka`, () => {
      const setting = new IniFile(sourceOf(line)).last('main', 'ignore_bad_plugins');
      assert.ok(setting !== undefined);
      assert.equal(isSet(setting), expected);
      const main: unknown = Reflect.get(Object(parseIni('smtp.ini', {}, line)), 'main');
      assert.equal(Boolean(Reflect.get(Object(main), 'ignore_bad_plugins')), expected);
    });
  }
});
