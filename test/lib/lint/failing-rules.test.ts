/*
 * Rules whose template can only fail, and rules that route to a host without a channel.
 */
import assert from 'node:assert/strict';
import { cnf, lint } from './lint-texts.js';

const codes = new Map([
  ['lint/rule-always-fails', 'fails'],
  ['lint/rule-to-nowhere', 'nowhere'],
]);

/** The finding for one rule, as `code underlined text`. */
function said(rule: string): string[] {
  const tables = 'T\n\n  *  $Y\n\nSILENT\n\n  $(10.0.0.0/8)  yes\n\nASKS\n\n  *  $|T;$0|\n';
  return lint({ cnf: cnf(`${rule}\n`), mappings: tables }).flatMap(({ code, span }) => {
    const short = codes.get(code);
    return short === undefined
      ? []
      : [`${short} ${span.source.text.slice(span.offset, span.offset + span.length)}`];
  });
}

const rows: readonly (readonly [rule: string, ...findings: readonly string[]])[] = [
  // A pattern that matches one host leaves nothing to its left.
  ['must.example  $U%$H@TCP-DAEMON', 'fails $H'],
  ['must.example  $U%$H$D@TCP-DAEMON'],
  ['must.example  $U%$D@TCP-DAEMON'],
  ['must.example  $U%x$H@TCP-DAEMON'],
  ['must.example  $U@$H', 'fails $H'],
  ['must.example  $U%$H', 'fails $H'],
  ['must.example  $U%a.example@$H@TCP-DAEMON', 'fails $H'],
  ['must.example  $U%$\\$H$_@TCP-DAEMON', 'fails $H'],
  ['must.example  $H%$D@TCP-DAEMON'],
  ['must.example  $U%$2D@TCP-DAEMON', 'fails $2D'],
  ['must.example  $U%$1D@TCP-DAEMON'],
  ['must.example  $U%$L@TCP-DAEMON', 'fails $L'],
  ['must.example  $U%$&0.example@TCP-DAEMON', 'fails $&0'],
  ['must.example  $U%$*1@TCP-DAEMON'],
  ['must.example  $U%$*2@TCP-DAEMON', 'fails $*2'],
  ['must.example  $U%$H@TCP-DAEMON$E$F', 'fails $H'],
  // Look-ups can return anything, but a separate part stays empty.
  ['must.example  $(k)%$H@TCP-DAEMON', 'fails $H'],
  ['must.example  $U%$H$(k)@TCP-DAEMON'],
  ['must.example  $U%$(x$&0)@TCP-DAEMON', 'fails $&0'],
  ['must.example  ${T,$H}$U%$D@TCP-DAEMON'],
  ['[]  ${T,$L}$U%[$L]@TCP-INTERNAL$E$R'],
  ['[]  ${ASKS,$L}$U%[$L]@TCP-INTERNAL$E$R'],
  ['[]  ${SILENT,$L}$U%[$L]@TCP-INTERNAL$E$R', 'fails ${SILENT,$L}'],
  ['[]  ${silent,$L}$U%[$L]@TCP-INTERNAL$E$R', 'fails ${silent,$L}'],
  ['must.example  $U%$(${SILENT,$D})@TCP-DAEMON', 'fails ${SILENT,$D}'],
  // Patterns that leave something.
  ['.must.example  $U%$H@TCP-DAEMON'],
  ['.must.example  $U%$9H@TCP-DAEMON'],
  ['.must.example  $U%$2D@TCP-DAEMON', 'fails $2D'],
  ['.must.example  $U%$&3@TCP-DAEMON'],
  ['*.must.example  $U%$H@TCP-DAEMON'],
  ['*.must.example  $U%$1H@TCP-DAEMON', 'fails $1H'],
  ['*.must.example  $U%$&0@TCP-DAEMON'],
  ['*.must.example  $U%$&1@TCP-DAEMON', 'fails $&1'],
  ['*.*.must.example  $U%$&1@TCP-DAEMON'],
  ['*  $U%$D@TCP-DAEMON', 'fails $D'],
  ['$*  $U%$H@TCP-DAEMON$Ml'],
  ['$*  $U%[$L]@TCP-DAEMON$Ml'],
  // Literals.
  ['[10.1.]  $U%[10.1.$L]@TCP-INTERNAL$E$R'],
  ['[10.1.]  $U%$H@TCP-INTERNAL$E$R', 'fails $H'],
  ['[10.1.]  $U%[10.1.$&0.$&1]@TCP-INTERNAL$E$R'],
  ['[10.1.]  $U%[10.1.$&0.$&2]@TCP-INTERNAL$E$R', 'fails $&2'],
  ['[10.1.2.3]  $U%$D@TCP-INTERNAL$E$R'],
  ['[10.1.2.3]  $U%$L@TCP-INTERNAL$E$R', 'fails $L'],
  ['[]  $U%[$L]@TCP-INTERNAL$E$F$Nl'],
  ['[]  $U%$H@TCP-INTERNAL$E$F$Nl', 'fails $H'],
  ['[IPv6:2001:db8:]  $U%[IPv6:2001:db8:$L]@TCP-INTERNAL$E$R'],
  ['[IPv6:2001:db8:]  $U%$H@TCP-INTERNAL$E$R', 'fails $H'],
  ['[*.*.*.*]  $U%[$&3.$&2.$&1.$&0]@TCP-INTERNAL$E$F$Nl'],
  // Hosts without a channel.
  ['old.example  $U@new.example', 'nowhere new.example'],
  ['old.example  $U@$D', 'nowhere $D'],
  ['old.example  $U%new.example'],
  ['old.example  $U@domain.com'],
  ['old.example  $U%$D@TCP-DEAMON', 'nowhere TCP-DEAMON'],
  ['old.example  $U%$D@tcp-daemon'],
  ['old.example  $U%$D@r.example@TCP-DEAMON', 'nowhere TCP-DEAMON'],
  ['.old.example  $U%$H$D@TCP-DEAMON', 'nowhere TCP-DEAMON'],
  ['[]  $E$R${T,$L}$U%[$L]@TCP-INTRENAL', 'nowhere TCP-INTRENAL'],
  ['.old.example  $U@$H$D'],
  ['old.example  $U%$D@$(k)'],
  ['old.example  $U%$D@TCP-DEAMON$?gone'],
  ['old.example  $5001006?this host is gone'],
];

describe('rules that fail or lead nowhere', () => {
  for (const [rule, ...findings] of rows) it(rule, () => assert.deepEqual(said(rule), findings));

  it('suggest what to write', () => {
    const hints = [
      'must.example  $U%$H@TCP-DAEMON',
      'a.example  $U@b.example',
      'a.example  $U%$D@TCP-DEAMON',
    ];
    assert.deepEqual(
      hints.map((rule) => lint({ cnf: cnf(`${rule}\n`) }).map(({ hint }) => hint)),
      [
        ['write `$D` for the host itself'],
        [
          'the form `A@B` ends rewriting: write `$U%b.example`, or name a channel as in `$U%b.example@TCP-DAEMON`',
        ],
        ['did you mean `TCP-DAEMON`?'],
      ],
    );
  });
});
