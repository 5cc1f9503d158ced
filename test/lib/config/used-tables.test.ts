/*
 * Errors in call-outs are errors in tables that can be consulted, and warnings in all others.
 */
import assert from 'node:assert/strict';
import { parseSettings } from '../../../lib/config/parse-settings.js';
import { compilePolicy } from '../../../lib/policy/compile-policy.js';
import { type Diagnostic, formatDiagnostic } from '../../../lib/text/diagnostic.js';
import type { SourceFile } from '../../../lib/text/source.js';

function source(name: string, text: string): SourceFile {
  return { name, shortName: name, text };
}

function findingsOf(mappings: string, rule = '', included = '', yaml = ''): readonly Diagnostic[] {
  const cnf = `${rule}domain.com $U@domain.com\n. $U%$H@TCP-DAEMON\n\nl\ndomain.com\n\ntcp_local smtp\nTCP-DAEMON\n`;
  const settings = parseSettings(source('pmdf.yaml', yaml));
  const { value, diagnostics } = compilePolicy({
    settings: settings.value,
    cnf: source('pmdf.cnf', cnf),
    mappings: source('mappings', mappings),
    readInclude: () => source('included', included),
    cnfName: { name: 'pmdf.cnf', shortName: 'pmdf.cnf' },
  });
  const all = [...settings.diagnostics, ...diagnostics];
  assert.equal(
    value === null,
    all.some(({ severity }) => severity === 'error'),
  );
  return all;
}

function brief(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics
    .filter(({ code }) => code.startsWith('mapping/') || code === 'ldap/url')
    .map((one) => formatDiagnostic(one).split('\n')[0] ?? '');
}

const callOut = '$C$[/pmdf/lib/site.so,look,$0]$Y';
const wrongs = [
  [callOut, 'the site routine `look` of `/pmdf/lib/site.so` is not supported'],
  ['$]ldap://host/o=x?mail?sub?(uid=$0)[$Y', 'an LDAP URL has no host and port here'],
  ['$}$0,mailhost{$Y', 'domain attributes, `$}...{`, are not supported'],
  ['$|NOWHERE;$0|$Y', 'there is no table `NOWHERE`'],
] as const;
const table = (name: string, template: string): string => `${name}\n\n  *   ${template}\n\n`;
const rule = 'x.com ${FROM_RULE,$U}$U@domain.com\n';
const chain = table('ORIG_SEND_ACCESS', '$|FIRST;$0|$N') + table('FIRST', '$|SECOND;$0|$Y');

describe('tables that can be consulted', () => {
  for (const [template, message] of wrongs) {
    for (const name of ['PORT_ACCESS', 'mail_access', 'FORWARD', 'REVERSE', 'FROM_RULE']) {
      it(`refuse \`${template}\` in ${name}`, () => {
        const [first, ...more] = brief(findingsOf(table(name, template), rule));
        assert.deepEqual(more, []);
        assert.match(first ?? '', /^mappings:3:\d+: error: /);
        assert.ok(first?.includes(message));
      });
    }
    for (const name of [
      'CONVERSIONS',
      'AUTH_REWRITE',
      'PAGER',
      'IP_ACCESS',
      'X-ATT-NAMES',
      'MINE',
      'FROM_RULE',
      'NOTIFICATION_LANGUAGE',
    ]) {
      it(`may contain \`${template}\` in ${name}, which nothing consults`, () => {
        const [first, ...more] = brief(findingsOf(table(name, template)));
        assert.deepEqual(more, []);
        assert.match(first ?? '', /^mappings:3:\d+: warning: /);
        assert.ok(first?.includes(message));
      });
    }
  }

  it('are found through tables that they consult', () => {
    assert.match(String(brief(findingsOf(chain + table('SECOND', callOut)))), /: error: the site routine/);
    assert.match(
      String(brief(findingsOf(table('FIRST', '$|SECOND;$0|$Y') + table('SECOND', callOut)))),
      /: warning: /,
    );
    assert.match(String(brief(findingsOf(table('SECOND', `$|SECOND;$0|${callOut}`)))), /: warning: /);
  });

  it('are distinguished from others in included files, continued lines and pmdf.yaml', () => {
    const asked = table('MAIL_ACCESS', '$Y');
    const included = `  a   $Y\n  b   \\\n${callOut}\n`;
    assert.match(
      String(brief(findingsOf(`PAGER\n\n<included\n\n${asked}`, '', included))),
      /^included:3:\d+: warning/,
    );
    assert.match(
      String(brief(findingsOf(`MAIL_ACCESS\n\n<included\n`, '', included))),
      /^included:3:\d+: error/,
    );
    const yaml = (name: string) => `mappings:\n  ${name}:\n    - ['*', '${callOut}']\n`;
    assert.match(String(brief(findingsOf(asked, '', '', yaml('PAGER')))), /^pmdf\.yaml:3:\d+: warning/);
    assert.match(String(brief(findingsOf(asked, '', '', yaml('FORWARD')))), /^pmdf\.yaml:3:\d+: error/);
  });

  it('give one warning for each other table', () => {
    const entries = Array.from({ length: 500 }, (_, index) => `  a${index}*   ${callOut}\n`).join('');
    assert.deepEqual(brief(findingsOf(`PAGER\n\n${entries}\n${table('CONVERSIONS', callOut)}`)), [
      'mappings:3:11: warning: the site routine `look` of `/pmdf/lib/site.so` is not supported, here and 499 times more in this table [mapping/not-provided]',
      'mappings:506:9: warning: the site routine `look` of `/pmdf/lib/site.so` is not supported [mapping/not-provided]',
    ]);
  });

  it('share one warning that programs of PMDF and Messaging Server are missing', () => {
    const all = findingsOf(table('PAGER', '$Y') + table('CONVERSIONS', 'No') + table('MINE', '$Y'));
    const found = all.filter(({ code }) => code.startsWith('policy/')).map(({ message }) => message);
    assert.deepEqual(found, [
      'nothing here uses `PAGER`, `CONVERSIONS`, which are tables of other programs',
      'nothing uses the table `MINE`',
    ]);
  });
});
