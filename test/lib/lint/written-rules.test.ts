import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { lintWritten } from '../../../lib/lint/lint.js';
import { type PolicyText, policyOf } from '../policy/policy-of.js';
import { cnf, findings, lint, orig, table } from './small-site.js';
import { subjectOf } from './subject-of.js';

type Row = readonly [name: string, text: Partial<PolicyText>, expected: readonly string[]];

const entryRows: readonly Row[] = [
  [
    'an exception below what it is an exception from',
    table('SEND_ACCESS', '*|*@x.example|*|*  $NMail$ Blocked', '*|elvis@x.example|*|*  $Y'),
    ['entry-never-matches mappings:4'],
  ],
  ['an exception above it', table('SEND_ACCESS', '*|elvis@x.example|*|*  $Y', '*|*@x.example|*|*  $NNo'), []],
  [
    'networks within each other',
    table('PORT_ACCESS', 'TCP|*|25|$(10.0.0.0/8)|*  $Y', 'TCP|*|25|$(10.9.0.0/16)|*  $N500$ no'),
    ['entry-never-matches mappings:4'],
  ],
  [
    'a catch-all below one that matches every probe',
    table('SEND_ACCESS', '*|*|*|*  $Y', '*  $N'),
    ['entry-never-matches mappings:4'],
  ],
  [
    'the same if entries pass their output on',
    table('SEND_ACCESS', '*|x|*|*  handed$ on$C', '*|*|*|*  $Y', '*  $N'),
    [],
  ],
  [
    'a catch-all in a table that others consult',
    { mappings: 'SEND_ACCESS\n\n  *|*|*|*  $Y\n  *  $N\n\nFORWARD\n\n  *  $C$|SEND_ACCESS;$0|$Y$E\n' },
    [],
  ],
  ['a field too many', orig('tcp_local|*|l|*|*  $NNo'), ['entry-never-matches mappings:3']],
  [
    'a field more, for the original recipient',
    { ...orig('tcp_local|*|l|*|*  $NNo'), yaml: 'access: { orcpt: true }\n' },
    [],
  ],
  ['without a connection', table('FROM_ACCESS', '||MAIL|*  $NNo', '|*|*  $Y'), []],
  [
    'a source channel that does not exist',
    orig('tcp_extern|*|l|*  $NNo', 'tcp_*|*|tcp_local|*  $NNo'),
    ['entry-channel mappings:3'],
  ],
  [
    'channels that come with PMDF but are missing',
    orig('tcp_*|*|native|*  $N', 'tcp_*|*|hold|*  $NNo', 'tcp_*|*|pipe|*  $NNo', 'tcp_*|*|bitbucket|*  $NNo'),
    [],
  ],
  [
    'a mark that the table writes itself',
    orig('tcp_local|*|l|list@*  seen|$0|l|list@$1$C', 'seen|*|l|list@*  $NNo'),
    [],
  ],
  [
    'a source channel in the middle of a long probe',
    table('FROM_ACCESS', 'TCP|*|*|*|*|SMTP|MAIL|tcp_extern|*|*  $NNo', '*|tcp_extern|*|*  $NNo'),
    ['entry-channel mappings:3'],
  ],
];

const templateRows: readonly Row[] = [
  [
    'a look-up that ends the table',
    orig('tcp_local|*|l|*  ${$0}$Y', 'tcp_local|*|l|list@*  $NNo', '*|*|*|x  $N'),
    ['ends-by-failing mappings:3'],
  ],
  ['a look-up that goes on', orig('tcp_local|*|l|*  $C${$0}$Y$E', 'tcp_local|*|l|list@*  $NNo'), []],
  [
    'a look-up that is meant to end',
    orig('tcp_local|*|l|*  $E${$0}$Y', 'tcp_local|*|l|x@*  $NNo'),
    ['entry-never-matches mappings:4'],
  ],
  ['a look-up with nothing below', orig('tcp_*|*|l|*  ${$0}$Y', 'tcp_*|*|tcp_local|*  $NNo'), []],
  [
    'a test that only some texts get past',
    orig('tcp_local|a*|l|*  $:A$Y', 'tcp_local|*b|l|*  $NNo'),
    ['ends-by-failing mappings:3'],
  ],
  [
    'a table called as in a rewrite rule',
    { mappings: 'ORIG_SEND_ACCESS\n\n  tcp_local|*|l|*  $C${T,$0}$Y$E\n\nT\n\n  *  $Y\n' },
    ['table-in-braces mappings:3'],
  ],
  [
    'the same without a database',
    {
      mappings: 'ORIG_SEND_ACCESS\n\n  tcp_local|*|l|*  $C${t,$0}$Y$E\n\nT\n\n  *  $Y\n',
      yaml: 'databases: { general: }\n',
    },
    ['table-in-braces mappings:3'],
  ],
  ['a key with a comma', orig('tcp_local|*|l|*  $C${t,$0}$Y$E'), []],
  ['a blank that was forgotten', orig('tcp_local|*|l|*  $NGo$away'), ['flag-in-text mappings:3']],
  ['a text without a flag', orig('tcp_local|*|l|*  Relaying'), ['text-without-flag mappings:3']],
  ['a text that is handed on', orig('tcp_local|*|l|*  l|$0|l|x@y$R'), []],
  ['a control in a text', orig('tcp_local|*|l|*  $NGo$elsewhere'), ['flag-in-text mappings:3']],
  ['a flag between argument and text', orig('tcp_local|*|l|*  30|$N$DRelaying$ not$ allowed'), []],
  ['a flag after the text', orig('tcp_local|*|l|*  $NRelaying$ not$ allowed$<'), []],
  ['a delay that takes the text', orig('tcp_local|*|l|*  $NRelaying$D30'), ['flag-argument mappings:3']],
  ['arguments the wrong way round', orig('tcp_local|*|l|*  $N$X5.7.1|$D30|No'), ['flag-argument mappings:3']],
  ['arguments in order', orig('tcp_local|*|l|*  $N$X30|5.7.1|No$D'), []],
  ['an argument from a wildcard', table('FROM_ACCESS', '*|*@x.example|*  $J$1'), []],
];

const percentRows: readonly Row[] = [
  ['between wildcards', orig('tcp_local|*|*|*%*@domain.com  $NNo'), ['percent-wildcard mappings:3']],
  ['before a host', orig('tcp_local|*|*|*%other.example@*  $NNo'), ['percent-wildcard mappings:3']],
  ['after a name', orig('tcp_local|*|*|ann%other.example@*  $NNo'), ['percent-wildcard mappings:3']],
  ['quoted', orig('tcp_local|*|*|*$%*@domain.com  $NNo'), []],
  ['for something that is not empty', orig('tcp_local|%*|*|%*@*  $NNo'), []],
  ['for a digit', orig('tcp_local|*|*|user%@domain.com  $NNo'), []],
  ['in a field without an at sign', orig('tcp_local|*%*|*|*@x  $NNo'), []],
  ['in another table', table('FORWARD', '*%*@domain.com  $Y$0'), []],
];

const relayEntry = 'tcp_local|*|tcp_local|*  $NRelaying$ not$ permitted';

const sourceRows: readonly Row[] = [
  ['the entry against relaying', orig(relayEntry), []],
  ['what refuses strangers', orig('tcp_local|*|l|list@domain.com  $NThe$ list$ is$ closed', relayEntry), []],
  [
    'an exception that only strangers need',
    orig('tcp_local|*|tcp_local|*@partner.example  $Y', relayEntry),
    [],
  ],
  [
    'an exception that all need',
    orig('tcp_local|boss@domain.com|*|*  $Y', '*|*|*|*@closed.example  $NNo', '*|boss@domain.com|*|*  $NNo'),
    ['switched-source mappings:3'],
  ],
  [
    'a message that is held for strangers only',
    orig('tcp_local|*|l|held@domain.com  $H'),
    ['switched-source mappings:3'],
  ],
  ['senders who are outside in any case', orig('tcp_local|*@spam.example|*|*  from$ spam|$<$H'), []],
  ['senders of ours', orig('tcp_local|*@pc.domain.com|*|*  $H'), ['switched-source mappings:3']],
  ['the same for all', orig('tcp_*|*|l|held@domain.com  $H'), []],
  [
    'the same for each',
    orig('tcp_local|*|l|held@domain.com  $H', 'tcp_internal|*|l|held@domain.com  $H'),
    [],
  ],
  ['a destination, not a source', orig('*|*|tcp_local|held@other.example  $H'), []],
  [
    'a source in a long probe',
    table('MAIL_ACCESS', '*|SMTP|MAIL|tcp_local|*|l|held@*  $H'),
    ['switched-source mappings:3'],
  ],
  ['a destination in a long probe', table('MAIL_ACCESS', '*|SMTP|MAIL|*|*|tcp_local|held@*  $H'), []],
  [
    'if nothing is switched',
    { ...orig('tcp_local|*|l|held@domain.com  $H'), cnf: cnf().replace('allowswitchchannel', 'nomx') },
    [],
  ],
];

const reachRows: readonly Row[] = [
  [
    'a channel without a rule',
    { cnf: cnf('', '\ntcp_lost smtp\nLOST-DAEMON\n') },
    ['unreached-channel pmdf.cnf:16'],
  ],
  [
    'a channel with a rule',
    { cnf: cnf('a.example  $U%a.example@LOST-DAEMON\n', '\ntcp_lost smtp\nLOST-DAEMON\n') },
    [],
  ],
  ['a channel of a missing program', { cnf: cnf('', '\nconversion\nCONVERSION-DAEMON\n') }, []],
  ['the reprocess channel', { cnf: cnf('', '\nreprocess\nREPROCESS-DAEMON\n') }, []],
  ['the process channel, for bounces', { cnf: cnf('', '\nprocess\nPROCESS-DAEMON\n') }, []],
  ['a channel with a host', { cnf: cnf('', '\ntcp_lost smtp\nLOST-DAEMON\nlost.example\n') }, []],
  [
    'a channel whose host a rule puts together',
    { cnf: cnf('*.old  $U@$&0.new.example\n', '\ntcp_lost smtp\na.new.example\n') },
    [],
  ],
  [
    'a channel whose host no rule can produce',
    { cnf: cnf('*.old  $U@$&0.new.example\n', '\ntcp_lost smtp\na.other.example\n') },
    ['unreached-channel pmdf.cnf:17'],
  ],
  [
    'a listener',
    { cnf: cnf('', '\ntcp_lost smtp\nLOST-DAEMON\n'), yaml: 'listeners: { 587: tcp_lost }\n' },
    [],
  ],
  [
    'a channel to switch to',
    {
      cnf: cnf(
        '',
        '\ntcp_lost smtp\nLOST-DAEMON\n\ntcp_587 smtp saslswitchchannel tcp_lost\nX-DAEMON\nx.example\n',
      ),
    },
    [],
  ],
  [
    'a channel in an alias',
    { cnf: cnf('', '\nprocess\nPROCESS-DAEMON\n'), aliases: 'a: b%c.example@process-daemon\n' },
    [],
  ],
  [
    'tables that consult each other',
    { mappings: 'A\n\n  *  $|B;$0|$Y\n\nB\n\n  *  $|A;x|$Y\n' },
    ['unreached-table mappings:1', 'unreached-table mappings:5'],
  ],
  [
    'a table that a rule consults',
    { cnf: cnf('a.example  ${A,$U}\n'), mappings: 'A\n\n  *  $|B;$0|$Y\n\nB\n\n  *  $Y\n' },
    [],
  ],
  [
    'a look-up without a database',
    { ...orig('*|*|*|*  ${$0}$Y'), yaml: 'databases: { general: }\n' },
    ['no-database mappings:3'],
  ],
];

const rule = 'a.example  $U%a.example@TCP-DAEMON';

const ruleRows: readonly Row[] = [
  ['a narrower rule below', { cnf: cnf(`${rule}$F\n${rule}$E$F\n`) }, ['rule-never-fires pmdf.cnf:4']],
  ['a wider rule below', { cnf: cnf(`${rule}$E$F\n${rule}$F\n`) }, []],
  ['two that cover it', { cnf: cnf(`${rule}$F\n${rule}$R\n${rule}$E\n`) }, ['rule-never-fires pmdf.cnf:5']],
  [
    'one channel and all others',
    { cnf: cnf(`${rule}$Mtcp_local\n${rule}$Ntcp_local\n${rule}$E\n`) },
    ['rule-never-fires pmdf.cnf:5'],
  ],
  ['two channels of three', { cnf: cnf(`${rule}$Mtcp_local\n${rule}$Ml\n${rule}$E\n`) }, []],
  ['a look-up above', { cnf: cnf(`a.example  $($U)$F\n${rule}$F\n`) }, []],
  [
    'a rule for everything first',
    { cnf: cnf(`$*  $U%all.example@TCP-DAEMON$F\n${rule}$F\n`) },
    ['rule-never-fires pmdf.cnf:4'],
  ],
  [
    'every literal',
    { cnf: cnf('[]  $U%x@TCP-DAEMON$R\n[*.*.*.*]  $U%y@TCP-DAEMON$E$R\n') },
    ['rule-never-fires pmdf.cnf:4'],
  ],
  ['an address of its own', { cnf: cnf('[]  $U%x@TCP-DAEMON$R\n[10.]  $U%y@TCP-DAEMON$E$R\n') }, []],
  ['percent after everything', { cnf: cnf('$%  $U%x@TCP-DAEMON\n') }, ['rule-never-fires pmdf.cnf:3']],
  ['another tag', { cnf: cnf(`$*  $U%all.example@TCP-DAEMON$F$Tx|\nx|${rule}$F\n`) }, []],
];

const costRows: readonly Row[] = [
  ['back-matches that can be in many places', table('T', '*$0*$0*x  $Y'), ['costly-pattern mappings:3']],
  ['twenty wildcards', orig(`tcp_local|*|*|${'*a'.repeat(20)}  $NNo`), []],
  ['a back-match in one place', orig('*|*@*|*|*@$2*  $NNo'), []],
];

describe('lint rules that read the configuration', () => {
  const groups: readonly (readonly [string, readonly Row[]])[] = [
    ['entries', entryRows],
    ['templates', templateRows],
    ['percent signs', percentRows],
    ['sources', sourceRows],
    ['what is reached', reachRows],
    ['rules', ruleRows],
    ['costs', costRows],
  ];
  for (const [group, rows] of groups) {
    describe(group, () => {
      for (const [name, text, expected] of rows) it(name, () => assert.deepEqual(findings(text), expected));
    });
  }

  it('names all entries that cover an entry, and an example', () => {
    const found = lint(
      orig('*|a*|*|*  $N', '*|*b|*|*  $N', '*|ab|*|*  $Y', '*|$[ab]%|*|*  $N', '*|%|*|*  $Y'),
    );
    assert.deepEqual(
      found.map(({ message, hint }) => [message, hint]),
      [
        [
          'this entry never matches: `mappings:3` above it matches everything that it could match',
          'for example `tcp_local|ab|l|bob@domain.com` matches `mappings:3`; move this entry up, or remove it',
        ],
        [
          'this entry never matches: `mappings:3` and `mappings:4` above it match everything that it could match',
          'for example `tcp_local|a|l|bob@domain.com` matches `mappings:3`; move this entry up, or remove it',
        ],
      ],
    );
  });

  it('says if there are more than the named entries', () => {
    const entries = Array.from({ length: 30 }, (_, at) => `*|x${at}|*|*  $N`);
    const found = lint(orig('*  $N', ...entries));
    assert.equal(found.length, 20);
    assert.match(found.at(-1)?.message ?? '', /; nor do 10 more entries of `ORIG_SEND_ACCESS`$/);
  });

  it('counts what it cannot decide, and says nothing', () => {
    const subject = subjectOf(policyOf({ cnf: cnf(), ...table('FORWARD', '*.$0*  x', 'a.a  y') }));
    assert.deepEqual([lintWritten(subject).length, subject.neverMatching.undecided], [0, 1]);
  });

  it('is quiet about channels that a database may route to', () => {
    const text = { cnf: cnf('domain.com  $($U)$E$F\n', '\ntcp_lost smtp\nLOST-DAEMON\n') };
    const lost = (databases: readonly string[] | null) =>
      findings(text, databases).filter((one) => one.startsWith('unreached'));
    assert.deepEqual(lost(null), []);
    assert.deepEqual(lost(['jane  j%x.example@Lost-Daemon']), []);
    assert.deepEqual(lost(['jane  j%x.example@TCP-DAEMON']), ['unreached-channel pmdf.cnf:17']);
  });
});
