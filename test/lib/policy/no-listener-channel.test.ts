/*
 * No channel `tcp_local`, and no setting that names another initial channel.
 */
import assert from 'node:assert/strict';
import { parseSettings } from '../../../lib/config/parse-settings.js';
import { compilePolicy } from '../../../lib/policy/compile-policy.js';
import { placeOf } from '../../../lib/text/places.js';

function findings(channels: string, yaml: string | null = null): string[] {
  const source = (name: string, text: string) => ({ name, shortName: name, text });
  const { diagnostics } = compilePolicy({
    settings: parseSettings(yaml === null ? null : source('pmdf.yaml', yaml)).value,
    cnf: source('pmdf.cnf', `domain.com  $U@domain.com\n\nl\ndomain.com\n\n${channels}`),
    mappings: null,
    readInclude: () => undefined,
    cnfName: { name: 'pmdf.cnf', shortName: 'pmdf.cnf' },
  });
  return diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ span, hint }) => `${placeOf(span)} ${hint}`);
}

const rows: readonly (readonly [name: string, channels: string, expected: RegExp, yaml?: string])[] = [
  [
    'another SMTP channel',
    'process\nPROCESS-DAEMON\n\ntcp_in smtp mx\nTCP-IN\n',
    /^pmdf\.cnf:9 set `listeners: { default: tcp_in }` in pmdf\.yaml/,
  ],
  [
    'a misspelt name',
    'tcp_in smtp\nTCP-IN\n\ntcp_locl smtp\nTCP-DAEMON\n',
    /^pmdf\.cnf:9 set `listeners: { default: tcp_locl }`/,
  ],
  [
    'no SMTP channel at all',
    'process\nPROCESS-DAEMON\n',
    /^pmdf\.cnf:3 add a channel `tcp_local`, or name another one in pmdf\.yaml: `listeners/,
  ],
  [
    'other settings',
    'tcp_in smtp\nTCP-IN\n',
    /^pmdf\.cnf:6 set `listeners: { default: tcp_in }`/,
    'listeners: { 587: tcp_in }\n',
  ],
  [
    'a setting that names none',
    'tcp_in smtp\nTCP-IN\n',
    /^pmdf\.yaml:1 did you mean `tcp_in`\?/,
    'listeners: { default: tcp_inn }\n',
  ],
];

describe('no initial channel', () => {
  for (const [name, channels, expected, yaml] of rows) {
    it(name, () => {
      const [first = '', ...others] = findings(channels, yaml ?? null);
      assert.match(first, expected);
      assert.deepEqual(others, []);
    });
  }

  it('one named by the setting is enough', () => {
    assert.deepEqual(findings('tcp_in smtp\nTCP-IN\n', 'listeners: { default: tcp_in }\n'), []);
  });
});
