/*
 * Access tables of random sites.
 */
import type { Random } from '../random.js';
import type { Part } from './part.js';

const sources = [
  'tcp_local',
  'tcp_local',
  'tcp_local',
  'tcp_*',
  '*',
  'process',
  'tcp_tls',
  '$[pt]*',
  't%%_local',
  'tcp_other',
  'tcp_submit',
] as const;
const senders = [
  ...[
    '*',
    '*',
    '*',
    '*',
    '*',
    '',
    '*@p',
    '*@d',
    'a@*',
    'a@p',
    '%@p',
    '$[ak]%@*',
    '$D*@*',
    '*@*.d',
    '*|*',
    '*$%*@*',
    '"*"@*',
  ],
  ...['$_*@p', '$A*@%', 'k%@d', '*@$[dp]%', '*z*', '*.*'],
] as const;
const destinations = [
  'tcp_local',
  'tcp_local',
  'tcp_local',
  '*',
  'l',
  'tcp_*',
  'tcp_internal',
  'tcp_out',
  'process',
  '$_*',
] as const;
const recipients = [
  ...[
    '*',
    '*',
    '*',
    '*',
    '*@p',
    '*@d',
    'a@*',
    'a@p',
    '*@*.d',
    '*$%*@*',
    '*!*@*',
    '"*"@*',
    '$D*@*',
    '%@*',
    '*@$0*',
    '*+*@*',
  ],
  ...['$[a-m]*@*', '*@[*]', '*@$[dpi]%', '$_*@p', '$0*', '*k*', '*@*', '*|*', '*@ü', '*@*.q'],
] as const;

type Choices = readonly [string, ...string[]];

const verdicts = [
  ...[
    '$N',
    '$N',
    '$N',
    '$N',
    '$NNo',
    '$Y',
    '$Y',
    '$Y',
    '$E',
    '$F',
    '$Y$N',
    '$Y$C',
    '$N$C',
    '$C',
    '$L',
    '$N$L',
  ],
  ...['$+1E', '$N$+1E$Y'],
] as const;
const tests = [
  ...['$C$:T$Y$E', '$C$;T$N$E', '$:T$N', '$;E$N', '$C$:S$Y$E', '$C$:D$;F$N$E', '$C$?50?$N$E', '$C$?1?$Y$E'],
  ...['$?99?$N'],
] as const;
const probes = [
  ...[
    'tcp_internal|$0|l|$1$C',
    'tcp_local|$0|tcp_local|a@p$C',
    '$0|$1|tcp_local|$2$C',
    'tcp_local|$0|l|$0@d$R',
  ],
  ...['$0$R', '$0|$1|$2$C', '*$R'],
] as const;
const replaced = ['$Ja@d$Y', '$J$Yx@p', '$Ja@p$N'] as const;

/** Puts a template together: a way to go on, tests, text with flags, a way to go on. */
function composedTemplate(random: Random, table: string, wildcards: number): string {
  const captured = (): string => (wildcards === 0 ? 'a' : `$${random.below(wildcards)}`);
  const test = (): string => {
    if (table === 'PORT_ACCESS') return random.pick(['$:A', '$;A', '$?50?']);
    return random.pick([
      ...(['$:T', '$;T', '$:E', '$;E', '$:A', '$;A', '$?50?'] as const),
      ...[`$|T;${captured()}|`, `\${${captured()}}`, `$|T;a${captured()}|`],
      ...(table === 'FROM_ACCESS' ? [] : ['$:S', '$;D', '$:F']),
    ]);
  };
  const text = (): string =>
    random.pick([
      ...(['', '', '', 'No', 'a@p', 'a@d'] as const),
      ...[
        captured(),
        `$\\${captured()}`,
        `$^${captured()}`,
        `tcp_local|${captured()}|tcp_local|${captured()}`,
      ],
      ...[`process|${captured()}|$_${captured()}|b@p`, `${captured()}|${captured()}|l|${captured()}`],
    ]);
  const flags: Choices = ['$Y', '$Y', '$N', '$N', '$N', '', '$F', '$Y$N', '$B', '$H', '$F$Y'];
  const made: string[] = [];
  if (random.chance(70)) made.push(random.pick(['$C', '$C', '$L', '$R']));
  while (random.chance(40)) made.push(test());
  made.push(random.pick(flags), text());
  made.push(random.pick(['$E', '$E', '$E', '', '$C', '$L', '$R']));
  return made.join('');
}

function template(random: Random, table: string, wildcards: number): string {
  if (random.chance(25)) return composedTemplate(random, table, wildcards);
  const call = random.pick<string>(['$|T;$1|', '$|T;$0|', '$|T;$2|', '$|T;$3|']);
  const calls: Choices = [`$C${call}$Y$E`, `$C${call}$N$E`, `$C${call}$C`, '$C${$1}$Y$E', '$C${x$0}$N$E'];
  const fits = (made: string): boolean => {
    const captures = [...made.matchAll(/\$([0-9])/g)].map(([, digit]) => Number(digit));
    const isKnown =
      !(/\$[:;][DFS]/.test(made) && table === 'FROM_ACCESS') &&
      !(/\$[:;]/.test(made) && table === 'PORT_ACCESS');
    return isKnown && captures.every((one) => one < wildcards);
  };
  for (;;) {
    const [verdict, ...others] = [...verdicts, ...tests, ...calls, ...probes] as const;
    const choices: Choices = [verdict ?? '$N', ...others, ...(table === 'FROM_ACCESS' ? replaced : [])];
    const made = random.pick(choices);
    if (fits(made)) return made;
  }
}

/** The wildcards of a pattern that have a number. */
function wildcardsIn(pattern: string): number {
  return [
    ...pattern.matchAll(/\$[%*$](?=[^*%])|\$\[[^\]]*\][*%]|\$\([^)]*\)|\$[0-9]\*|\$_?[A-Z]?[*%]|[*%]/g),
  ].filter(([one]) => !/^\$[%*$]$/.test(one) || one === '$*').length;
}

function accessPattern(random: Random, table: string, orcpt: boolean): string {
  const whole = [
    '*',
    'tcp_local|*',
    '*|tcp_local|*',
    'tcp_local|*|*@p',
    '*|*',
    'tcp_local*',
    '*@p|tcp_local|*',
  ] as const;
  if (random.chance(8)) return random.pick(whole);
  const source = random.pick(sources);
  const from = random.pick(senders);
  const tail =
    orcpt && table.endsWith('SEND_ACCESS') ? `|${random.pick(['*', '*', '*@p', 'a@p', '', 'z*'])}` : '';
  const four = `${source}|${from}|${random.pick(destinations)}|${random.pick(recipients)}${tail}`;
  const ports = random.pick([
    'TCP|*|25|*|*',
    'TCP|*|*|*|*',
    '*',
    'TCP|*|*|$(192.0.2.0/24)|*',
    'TCP|*|587|*|*',
    'TCP|*|26|*|*',
    'TCP|*|25|*|*',
    'TCP|*|*|${2001:db8::/32}|*',
    'TCP|*|*|9.9.9.9|*',
  ]);
  const submission = `${ports}|${random.pick(['*', '*', 'SMTP*', 'SMTP/a', 'SMTP/*.d', 'SMTP'])}|${random.pick(['*', 'MAIL'])}`;
  switch (table) {
    case 'PORT_ACCESS':
      return ports;
    case 'FROM_ACCESS':
      return `${submission}|${source}|${from}|${random.pick(['*', ''])}`;
    case 'MAIL_ACCESS':
    case 'ORIG_MAIL_ACCESS':
      return `${submission}|${four}`;
    default:
      return four;
  }
}

/** In a pattern `%` alone is one character, and a blank would end it. */
export function entryLine(pattern: string, made: string): string {
  return `${pattern}   ${made}`;
}

/** The entries of the access tables. */
export function accessEntries(random: Random, orcpt: boolean): Part[] {
  const found: Part[] = [];
  const fill = (table: string, percent: number, most: number): void => {
    if (!random.chance(percent)) return;
    const count = 1 + random.below(most);
    for (let n = 0; n < count; n += 1) {
      const pattern = accessPattern(random, table, orcpt);
      found.push({
        kind: 'entry',
        table,
        line: entryLine(pattern, template(random, table, wildcardsIn(pattern))),
      });
    }
  };
  fill('PORT_ACCESS', 10, 2);
  fill('FROM_ACCESS', 10, 2);
  fill('ORIG_SEND_ACCESS', 65, 4);
  if (random.chance(60))
    found.push({
      kind: 'entry',
      table: 'ORIG_SEND_ACCESS',
      line: random.pick([
        `tcp_local|*|tcp_local|*${orcpt ? '|*' : ''}   $N`,
        `tcp_*|*|tcp_*|*${orcpt ? '|*' : ''}   $N`,
        'tcp_local|*   $N',
        `tcp_local|*|$[t]*|*${orcpt ? '|*' : ''}   $N`,
      ]),
    });
  fill('ORIG_MAIL_ACCESS', 12, 2);
  fill('SEND_ACCESS', 25, 3);
  if (random.chance(20))
    found.push({
      kind: 'entry',
      table: 'SEND_ACCESS',
      line: `tcp_local|*|tcp_local|*${orcpt ? '|*' : ''}   $N`,
    });
  fill('MAIL_ACCESS', 12, 2);
  return found;
}

/** The entries of the table that others call. */
export function calledTable(random: Random): Part[] {
  const patterns = ['*', 'a', '*@p', 'p', '*@d', '%', '$D*', '*%', 'k*', '*$%*'] as const;
  const templates = [
    '$Y',
    '$Y',
    '$N',
    '$Y$0',
    '$Yp',
    '$Yd',
    '$Yi',
    '$Y$0@p',
    'x$C',
    '$Ya$E',
    '$N$Yd',
    '$Yp$L',
    '$:T$Y',
    '$Yü',
  ] as const;
  return Array.from({ length: 1 + random.below(3) }, () => ({
    kind: 'entry' as const,
    table: 'T',
    line: entryLine(random.pick(patterns), random.pick(templates)),
  }));
}
