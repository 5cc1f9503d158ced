/*
 * Random sites over a small alphabet, as parts that can be left out one by one. Hosts are `d` (local), `i` and what is below `d`
 * (inside), `p` (a partner), `z` and `[9.9.9.9]` (nobody's); local parts are made of `a`, `k` and of `z` and `7`, which are in no
 * file.
 */
import type { DatabaseName } from '../../../../lib/engine/lookup.js';
import { Random } from './random.js';
import type { Site } from './site.js';

/** A part of a site: a line of a file, an entry of a table or of a database. */
export type Part =
  | { readonly kind: 'rule'; readonly line: string }
  | { readonly kind: 'alias'; readonly line: string }
  | { readonly kind: 'setting'; readonly line: string }
  | { readonly kind: 'keyword'; readonly channel: string; readonly keyword: string }
  | { readonly kind: 'channel'; readonly channel: string; readonly host: string }
  | { readonly kind: 'entry'; readonly table: string; readonly line: string; readonly comment?: string }
  | { readonly kind: 'value'; readonly database: DatabaseName; readonly key: string; readonly value: string };

const tcpLocal = ['TCP-DAEMON', 'TCP-DAEMON', 'TCP-DAEMON', 'TCP-INTERNAL', 'TCP-OUT'] as const;

function ruleLines(random: Random): string[] {
  const rules: string[] = [];
  const add = (percent: number, ...lines: readonly [string, ...string[]]): void => {
    if (random.chance(percent)) rules.push(random.pick(lines));
  };
  add(
    35,
    'd $($U)$E$F',
    'd $($U@d)$E$F',
    'd $(x$U)$E$F',
    'd $U%$($U)@TCP-DAEMON$E$F',
    'd $($U)$E$F$Mtcp_local',
  );
  add(12, 'd ${T,$U}$U%i', 'd $U%${T,$U}@PROCESS-DAEMON', 'd ${T,$U}$U%d@TCP-INTERNAL');
  add(95, 'd $U@d', 'd $U@d', 'd $U@d', 'd $U%d@TCP-INTERNAL', 'd $U%i', 'd $0U@d');
  add(
    80,
    '.d $U%$H$D@TCP-INTERNAL',
    '.d $U%$H$D@TCP-INTERNAL',
    '.d $U%d',
    '.d $U%$H',
    '*.d $U%$&0@TCP-INTERNAL',
    '.d $U%$H@TCP-DAEMON',
  );
  add(
    50,
    'i $U%i@TCP-INTERNAL',
    'i $U%i@TCP-INTERNAL',
    'i $U%d',
    'i $U%$H$D@TCP-INTERNAL$Mtcp_local',
    'i $U%i$Tt|',
    'i $U%p@TCP-INTERNAL',
  );
  add(15, 'i $U%i@TCP-INTERNAL$Nprocess', 'i $U@TCP-INTERNAL$P', 'i $U%p@TCP-DAEMON$A');
  add(
    30,
    'p $U%p@TCP-DAEMON',
    'p $U%p@TCP-OUT',
    'p $U%p@TCP-DAEMON$Mtcp_local',
    'p $U%p@TCP-DAEMON$Nprocess',
    'p $U%d',
    'p $U%p$Tt|',
    'p $?closed',
  );
  add(10, 't|p $U%p@TCP-DAEMON', 't|. $U%$H@TCP-DAEMON', 't|i $U%i@TCP-INTERNAL', 't|i $U%d');
  add(12, '$* $E$F$S$U%$H@TCP-INTERNAL', '$* $A$E$F$U%$H$V$H@d', '$* $U%d$X', '$* $U%d$P');
  add(
    15,
    '[9.] $U%[9.$L]@TCP-INTERNAL',
    '[] $U%[$L]@TCP-DAEMON',
    '[] $U%d',
    '[9.9.9.9] $U%[9.9.9.9]@TCP-OUT',
  );
  add(15, '$% $U%$H@TCP-DAEMON', '$! $U%$H@TCP-DAEMON', '$% $U%d', '$! $U$%$H@d');
  add(10, '* $U%$H@TCP-OUT', '* $U%$H.d', '* $U%$H@TCP-INTERNAL');
  if (random.chance(90))
    rules.push(`. ${random.pick(['$U%$H@', '$U%$H@', '$U%$H@', '$U@$H@'])}${random.pick(tcpLocal)}`);
  else add(40, '. $U%d', '. $($H)$E$F', '. $U%$H@PROCESS-DAEMON', '. $U@$H@d');
  return rules;
}

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
  ...['$[a-m]*@*', '*@[*]', '*@$[dpi]%', '$_*@p', '$0*', '*k*', '*@*', '*|*'],
] as const;

function template(random: Random, table: string, wildcards: number): string {
  const call = random.pick<string>(['$|T;$1|', '$|T;$0|', '$|T;$2|', '$|T;$3|']);
  const choose = (): string => random.pick(choices);
  const choices = [
    ...(['$N', '$N', '$N', '$N', '$NNo', '$Y', '$Y', '$Y', '$E', '$F'] as const),
    ...([
      '$C$:T$Y$E',
      '$C$;T$N$E',
      '$:T$N',
      '$;E$N',
      '$C$:S$Y$E',
      '$C$:D$;F$N$E',
      '$C$?50?$N$E',
      '$C$?1?$Y$E',
      '$?99?$N',
    ] as const),
    ...([`$C${call}$Y$E`, `$C${call}$N$E`, `$C${call}$C`, '$C${$1}$Y$E', '$C${x$0}$N$E'] as const),
    ...([
      'tcp_internal|$0|l|$1$C',
      'tcp_local|$0|tcp_local|a@p$C',
      '$0|$1|tcp_local|$2$C',
      'tcp_local|$0|l|$0@d$R',
      '$0$R',
      '$0|$1|$2$C',
      '*$R',
    ] as const),
    ...(['$Y$N', '$Y$C', '$N$C', '$C', '$L', '$N$L', '$+1E', '$N$+1E$Y'] as const),
    ...(table === 'FROM_ACCESS' ? (['$Ja@d$Y', '$J$Yx@p', '$Ja@p$N'] as const) : []),
  ] as unknown as readonly [string, ...string[]];
  const fits = (made: string): boolean => {
    const captures = [...made.matchAll(/\$([0-9])/g)].map(([, digit]) => Number(digit));
    const isKnown =
      !(/\$[:;][DFS]/.test(made) && table === 'FROM_ACCESS') &&
      !(/\$[:;]/.test(made) && table === 'PORT_ACCESS');
    return isKnown && captures.every((one) => one < wildcards);
  };
  let made = choose();
  while (!fits(made)) made = choose();
  return made;
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
function entryLine(pattern: string, made: string): string {
  return `${pattern}   ${made}`;
}

function entries(random: Random, orcpt: boolean): Part[] {
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
  fill('PORT_ACCESS', 5, 2);
  fill('FROM_ACCESS', 8, 2);
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

function forwarding(random: Random): Part[] {
  const found: Part[] = [];
  const alias = (line: string): void => void found.push({ kind: 'alias', line });
  if (random.chance(25))
    alias(
      random.pick([
        'a: k',
        'a: b@p',
        'a: b@d',
        'k: a',
        'a: b%p@d',
        'a: a, b@p',
        'a: "b@p"@d',
        'a@d: b@p',
        'k: b+*@p',
        'a: b@i',
      ]),
    );
  if (random.chance(20)) {
    const patterns = [
      '*@d',
      '*@d',
      'a@d',
      '*@*.d',
      '*$%*@d',
      '"*"@d',
      '*!*@d',
      '*@i',
      '*',
      '$D*@d',
      '*@*',
    ] as const;
    const templates = [
      '$Y$Db@p',
      '$Y$D$0@p',
      '$Y$D$0',
      '$Yb@p',
      '$Y$D$0@$1',
      '$Y$D${$0}',
      '$D$Y$|T;$0|',
      '$Y$Hb@d',
      '$N',
      '$Y$G$0',
      '$Y$0@p',
    ] as const;
    const count = 1 + random.below(2);
    for (let n = 0; n < count; n += 1)
      found.push({
        kind: 'entry',
        table: 'FORWARD',
        line: entryLine(random.pick(patterns), random.pick(templates)),
      });
  }
  const value = (database: DatabaseName, key: string, text: string): void =>
    void found.push({ kind: 'value', database, key, value: text });
  if (random.chance(55)) {
    const values = [
      'b%p@PROCESS-DAEMON',
      'b%d',
      'b@p',
      '$U%p@PROCESS-DAEMON',
      '$U%d',
      'b%i',
      '$U%$H@PROCESS-DAEMON',
      'b%p@TCP-DAEMON',
      '$0U%p',
      'p',
      'd',
      'i',
    ] as const;
    for (const key of ['a', 'k', '*', 'xa', 'a@d', 'p', 'a@p'])
      if (random.chance(30)) value('general', key, random.pick(values));
  }
  if (random.chance(10))
    value('forward', random.pick(['a@d', 'k@d', 'a@i']), random.pick(['b@p', 'b@d', 'b%p@d']));
  if (random.chance(10))
    value('alias', random.pick(['a', 'k', 'a@d']), random.pick(['b@p', 'b@d', 'b+*@p', 'k']));
  return found;
}

function calledTable(random: Random): Part[] {
  const patterns = ['*', 'a', '*@p', 'p', '*@d', '%', '$D*', '*%', 'k*', '*$%*'] as const;
  const templates = ['$Y', '$Y', '$N', '$Y$0', '$Yp', '$Yd', '$Yi', '$Y$0@p', 'x$C', '$Ya$E'] as const;
  return Array.from({ length: 1 + random.below(3) }, () => ({
    kind: 'entry' as const,
    table: 'T',
    line: entryLine(random.pick(patterns), random.pick(templates)),
  }));
}

function settings(random: Random): Part[] {
  const lines = [
    random.pick([
      'built_in_source_routes: strict',
      'built_in_source_routes: strict',
      'built_in_source_routes: pmdf',
      'built_in_source_routes: off',
      'built_in_source_routes: off',
    ]),
    random.pick(['source_routes: strip', 'source_routes: follow']),
    random.pick(['local_domains: []', 'local_domains: []', 'local_domains: [i]']),
  ];
  if (random.chance(15)) lines.push('listeners: { 587: tcp_submit }');
  return lines.map((line) => ({ kind: 'setting' as const, line }));
}

/** Whether a rule for all hosts would switch every client inside. */
function rulesLeadInside(parts: readonly Part[]): boolean {
  return parts.some((part) => part.kind === 'rule' && /^(\.|\[\]|\$\*) .*TCP-INTERNAL/.test(part.line));
}

/** Makes the parts of the site with this number. */
export function randomParts(seed: number): readonly Part[] {
  const random = new Random(seed * 7_919 + 17);
  const orcpt = random.chance(15);
  const parts: Part[] = ruleLines(random).map((line) => ({ kind: 'rule', line }));
  parts.push({ kind: 'channel', channel: 'tcp_out', host: 'TCP-OUT' });
  const keyword = (percent: number, channel: string, one: string): void => {
    if (random.chance(percent)) parts.push({ kind: 'keyword', channel, keyword: one });
  };
  keyword(85, 'tcp_local', 'switchchannel');
  keyword(rulesLeadInside(parts) ? 10 : 70, 'tcp_internal', 'allowswitchchannel');
  keyword(8, 'tcp_local', 'tlsswitchchannel tcp_tls');
  keyword(5, 'tcp_local', 'musttls');
  keyword(4, 'tcp_local', 'bangoverpercent');
  keyword(4, 'tcp_internal', 'routelocal');
  keyword(4, 'tcp_local', '733');
  keyword(4, 'tcp_internal', 'uucp');
  keyword(5, 'l', 'viaaliasrequired');
  keyword(12, 'l', 'subaddressrelaxed');
  keyword(6, 'tcp_internal', 'aliaslocal');
  keyword(50, 'tcp_submit', 'mustsaslserver');
  if (orcpt) parts.push({ kind: 'setting', line: 'access.orcpt' });
  if (random.chance(20)) parts.push({ kind: 'setting', line: 'access.app_info' });
  parts.push(...settings(random), ...entries(random, orcpt), ...calledTable(random), ...forwarding(random));
  return parts;
}

type Of<K extends Part['kind']> = Extract<Part, { kind: K }>;

function ofKind<K extends Part['kind']>(parts: readonly Part[], kind: K): Of<K>[] {
  return parts.filter((part): part is Of<K> => part.kind === kind);
}

function cnfOf(parts: readonly Part[]): string {
  const keywords = (channel: string): string =>
    ofKind(parts, 'keyword')
      .filter((one) => one.channel === channel)
      .map(({ keyword }) => ` ${keyword}`)
      .join('');
  const block = (channel: string, host: string, plain: string): string =>
    `${channel}${plain}${keywords(channel)}\n${host}\n`;
  const named = (name: string): boolean => JSON.stringify(parts).includes(name);
  return [
    ofKind(parts, 'rule')
      .map(({ line }) => `${line.replace(' ', '   ')}\n`)
      .join(''),
    'defaults noswitchchannel\n',
    block('l', 'd', ''),
    block('tcp_local', 'TCP-DAEMON', ' smtp maytls'),
    block('tcp_internal', 'TCP-INTERNAL', ' smtp maytls'),
    ...ofKind(parts, 'channel').map(({ channel, host }) => block(channel, host, ' smtp')),
    ...(named('tcp_tls') ? [block('tcp_tls', 'TLS-DAEMON', ' smtp maytls')] : []),
    ...(named('587') ? [block('tcp_submit', 'SUBMIT-DAEMON', ' smtp maytls')] : []),
    block('process', 'PROCESS-DAEMON', ''),
  ].join('\n');
}

const tableOrder = [
  'PORT_ACCESS',
  'FROM_ACCESS',
  'ORIG_SEND_ACCESS',
  'ORIG_MAIL_ACCESS',
  'SEND_ACCESS',
  'MAIL_ACCESS',
  'FORWARD',
  'T',
];

function mappingsOf(parts: readonly Part[]): string {
  const all = ofKind(parts, 'entry');
  return tableOrder
    .map((table) => {
      const lines = all.filter((entry) => entry.table === table);
      if (lines.length === 0) return '';
      const text = lines.map(
        ({ line, comment }) => `${comment === undefined ? '' : `! ${comment}\n`}  ${line}\n`,
      );
      return `${table}\n\n${text.join('')}\n`;
    })
    .join('');
}

function yamlOf(parts: readonly Part[]): string {
  const lines = ofKind(parts, 'setting').map(({ line }) => line);
  const access = [
    ...(lines.includes('access.orcpt') ? ['orcpt: true'] : []),
    ...(lines.includes('access.app_info') ? ['app_info: messaging-server'] : []),
  ];
  const databases = new Set(ofKind(parts, 'value').map(({ database }) => database));
  return [
    ...lines.filter((line) => !line.startsWith('access.')),
    ...(access.length === 0 ? [] : [`access:\n${access.map((line) => `  ${line}\n`).join('')}`.trimEnd()]),
    'databases:',
    '  general: { file: general.txt, required: false }',
    ...[...databases].filter((name) => name !== 'general').map((name) => `  ${name}: ${name}.txt`),
    '',
  ].join('\n');
}

function valuesOf(parts: readonly Part[]): Site['databases'] {
  const found: Partial<Record<DatabaseName, Map<string, string>>> = {};
  for (const { database, key, value } of ofKind(parts, 'value')) {
    const values = found[database] ?? new Map<string, string>();
    found[database] = values;
    if (!values.has(key)) values.set(key, value);
  }
  return found;
}

/** As the rules say: a channel with `switchchannel`, the one that the rules for all hosts name, or else the first. */
function leavingChannels(parts: readonly Part[], rules: readonly string[]): ReadonlySet<string> {
  const forAll = rules.filter((rule) => /^(\.|\$\*) /.test(rule) && rule.includes('-DAEMON'));
  const isNamed = rules.some((rule) => /^(\.|\$\*) /.test(rule) && /TCP-|PROCESS-/.test(rule));
  const switches = ofKind(parts, 'keyword').some(({ keyword }) => keyword === 'switchchannel');
  const leaves = switches || forAll.some((rule) => rule.includes('TCP-DAEMON')) || !isNamed;
  return new Set(leaves ? ['tcp_local'] : []);
}

/** The channels that rules for all hosts name. */
function channelsForAll(rules: readonly string[]): ReadonlySet<string> {
  const forAll = rules.filter((rule) => /^(\.|\$\*) /.test(rule));
  const hosts = { tcp_internal: '@TCP-INTERNAL', tcp_out: '@TCP-OUT' };
  return new Set(
    Object.entries(hosts).flatMap(([channel, host]) =>
      forAll.some((rule) => rule.endsWith(host)) ? [channel] : [],
    ),
  );
}

/**
 * Whose the hosts of a rule are: it is known only where one rule without conditions decides. `named` are the keys of the general
 * database: where a rule asks it about hosts, the site may mean its own by them.
 */
function ownersOf(
  rules: readonly string[],
  named: readonly string[],
): Pick<Site['truth'], 'ours' | 'unclear'> {
  const ours: string[] = ['d'];
  const unclear: string[] = [
    'tcp-daemon',
    'tcp-internal',
    'tcp-out',
    'process-daemon',
    'tls-daemon',
    'submit-daemon',
    ...(rules.some((rule) => rule.includes('$(')) ? named : []),
  ];
  const decide = (pattern: string, host: string, without: 'unclear' | 'foreign'): void => {
    const matching = rules.filter((rule) => rule.replace(/^t\|/, '').startsWith(`${pattern} `));
    const [rule = '', ...others] = matching;
    if (matching.length === 0) {
      if (without === 'unclear') unclear.push(host);
    } else if (
      others.length === 0 &&
      /^\S+ \$U(%|%\$H\$D@|@)[^$]*$/.test(rule) &&
      /@TCP-INTERNAL$|%d$|@d$|%i$/.test(rule)
    )
      ours.push(host);
    else if (others.length > 0 || !/^\S+ \$U%p@TCP-DAEMON$/.test(rule)) unclear.push(host);
  };
  decide('.d', '.d', 'unclear');
  decide('i', 'i', 'unclear');
  decide('p', 'p', 'foreign');
  if (rules.some((rule) => rule.startsWith('*.d '))) unclear.push('.d');
  if (rules.some((rule) => rule.startsWith('* '))) unclear.push('*');
  if (rules.some((rule) => rule.startsWith('['))) unclear.push('[');
  return { ours: ours.filter((host) => !unclear.includes(host)), unclear };
}

/** Puts the parts of a site together. */
export function siteOfParts(parts: readonly Part[]): Site {
  const rules = ofKind(parts, 'rule').map(({ line }) => line);
  const databases = valuesOf(parts);
  return {
    text: {
      cnf: cnfOf(parts),
      mappings: mappingsOf(parts),
      aliases: ofKind(parts, 'alias')
        .map(({ line }) => `${line}\n`)
        .join(''),
      yaml: yamlOf(parts),
    },
    databases,
    truth: {
      leaving: leavingChannels(parts, rules),
      forAll: channelsForAll(rules),
      ...ownersOf(rules, [...(databases.general?.keys() ?? [])]),
    },
    trials: {
      atoms: ['a', 'k', '7', 'z'],
      fresh: ['z', '7'],
      hosts: ['d', 'i.d', 'i', 'p', 'z', 'z.z', '[9.9.9.9]'],
      ports: [25, 587],
      clients: ['192.0.2.1', '9.9.9.9'],
      helos: ['z', 'a', 'z.d'],
      originalRecipients: [null, 'a@p', 'z@z', 'z@p'],
    },
  };
}
