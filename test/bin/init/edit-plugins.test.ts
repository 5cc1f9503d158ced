/*
 * The proposed config/plugins: where our lines go among the existing ones. The diff, applied by `patch`, gives the
 * proposed text.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type PluginWishes, planPlugins } from '../../../bin/init/edit-plugins.js';
import { itWith } from '../../support/programs.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const wishes: PluginWishes = { throughPlugin: 'smtp_forward', isTls: false, blockLists: false };

/** The enabled lines, in order. */
function enabled(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !/^[#;]/.test(line));
}

const cases: readonly (readonly [string, string, Partial<PluginWishes>, readonly string[]])[] = [
  ['nothing', '', {}, ['pmdf/switchchannel', 'pmdf/access', 'queue/smtp_forward', 'pmdf/deliver']],
  [
    'what `haraka -i` makes',
    'mail_from.is_resolvable\nrcpt_to.in_host_list\nqueue/smtp_forward\n',
    {},
    ['pmdf/switchchannel', 'pmdf/access', 'mail_from.is_resolvable', 'queue/smtp_forward', 'pmdf/deliver'],
  ],
  [
    'lists, aliases and TLS',
    'relay\ntls\naliases\nqueue/lmtp\n',
    { throughPlugin: 'lmtp' },
    ['pmdf/switchchannel', 'pmdf/access', 'tls', 'pmdf/maytls', 'queue/lmtp', 'pmdf/deliver'],
  ],
  [
    'the first part of us',
    'pmdf/switchchannel\nheaders\nqueue/smtp_proxy\n',
    {},
    ['pmdf/switchchannel', 'pmdf/access', 'headers', 'queue/smtp_forward', 'pmdf/deliver'],
  ],
  [
    'TLS and block lists that are wanted',
    'queue/smtp_forward\n',
    { isTls: true, blockLists: true },
    [
      'pmdf/switchchannel',
      'tls',
      'pmdf/maytls',
      'pmdf/access',
      'dns-list',
      'queue/smtp_forward',
      'pmdf/deliver',
    ],
  ],
  [
    'the long names of plugins',
    'haraka-plugin-relay\nharaka-plugin-pmdf/switchchannel\nqueue/smtp_forward\n',
    {},
    ['haraka-plugin-pmdf/switchchannel', 'pmdf/access', 'queue/smtp_forward', 'pmdf/deliver'],
  ],
];

describe('the proposed config/plugins', () => {
  const folder = temporaryFolder();

  for (const [name, text, further, expected] of cases) {
    it(`for ${name}`, () => {
      const plan = planPlugins(text, { ...wishes, ...further });
      assert.deepEqual(enabled(plan.text), expected);
      assert.deepEqual(planPlugins(plan.text, { ...wishes, ...further }).changes, []);
    });
  }

  itWith(['patch'], 'keeps every other line, and matches its diff', () => {
    const line = fc.constantFrom(
      'relay',
      'tls',
      '# a remark',
      '',
      'headers',
      'aliases',
      'queue/discard',
      'pmdf/access',
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), (lines) => {
        const text = `${lines.join('\n')}\n`;
        const plan = planPlugins(text, wishes);
        const kept = plan.text.split('\n').map((one) => one.replace(/^# (?!a remark)/, ''));
        let at = 0;
        for (const one of kept) if (one === lines[at]) at += 1;
        assert.equal(at, lines.length);
        const file = folder.write('plugins', text);
        const { status, stdout } = spawnSync('patch', ['-s', file], {
          input: `${plan.diff.join('\n')}\n`,
          encoding: 'utf8',
        });
        assert.equal(status, 0, stdout);
        assert.equal(readFileSync(file, 'utf8'), plan.text);
      }),
      { numRuns: 50 },
    );
  });
});
