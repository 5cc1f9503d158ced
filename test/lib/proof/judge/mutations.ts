/*
 * Sites with one mistake each: every rule, entry, keyword, alias, value of a database and setting of a sample left out, loosened or
 * given to another channel.
 */
import type { Site } from './site.js';

export interface Mutation {
  readonly name: string;
  readonly site: Site;
}

/** What a line may become; null leaves it out. */
type Change = readonly [string, string | null];

function changesOfEntry(line: string): Change[] {
  const entry = /^(\s+)(\S+)(\s+)(.*)$/.exec(line);
  if (entry === null) return [];
  const [, indent = '', pattern = '', gap = '', template = ''] = entry;
  const changes: Change[] = [['left out', null]];
  if (/\$[NF]/.test(template)) {
    changes.push(['permits', indent + pattern + gap + template.replace(/\$[NF].*/, '$Y')]);
    changes.push(['says nothing', indent + pattern + gap + template.replace(/\$[NF].*/, '$E')]);
    changes.push(['by chance', indent + pattern + gap + template.replace(/\$[NF]/, '$?50?$N')]);
    changes.push(['under TLS only', indent + pattern + gap + template.replace(/\$[NF]/, '$:T$N')]);
  } else changes.push(['refuses', `${indent}${pattern}${gap}$N`]);
  const fields = pattern.split('|');
  for (const [at, field] of fields.entries()) {
    const withField = (text: string): string =>
      indent + [...fields.slice(0, at), text, ...fields.slice(at + 1)].join('|') + gap + template;
    if (field !== '*') changes.push([`field ${at + 1} is *`, withField('*')]);
    for (const channel of ['l', 'tcp_internal', 'tcp_local', 'process'])
      if (/^(?:l|tcp_\w+|process)$/.test(field) && field !== channel)
        changes.push([`field ${at + 1} is ${channel}`, withField(channel)]);
    if (field === '*') {
      for (const text of ['*@domain.com', '*.example', 'jane.doe@*', ''])
        changes.push([`field ${at + 1} is ${text === '' ? 'empty' : text}`, withField(text)]);
    }
  }
  return changes;
}

function changesOfRule(line: string): Change[] {
  const rule = /^(\S+)(\s+)(\S+)$/.exec(line);
  if (rule === null || line.startsWith('!')) return [];
  const [, pattern = '', gap = '', template = ''] = rule;
  const changes: Change[] = [['left out', null]];
  for (const system of ['TCP-DAEMON', 'TCP-INTERNAL', 'PROCESS-DAEMON', 'domain.com'])
    if (/@[\w.-]+/.test(template) && !template.includes(`@${system}`))
      changes.push([`leads to ${system}`, `${pattern}${gap}${template.replace(/@[\w.-]+/, `@${system}`)}`]);
  for (const control of ['$E', '$F', '$R', '$E$F', '$E$R'])
    if (template.includes(control))
      changes.push([`without ${control}`, pattern + gap + template.replace(control, '')]);
  for (const control of ['$Mtcp_internal', '$Ntcp_local', '$P', '$X'])
    changes.push([`with ${control}`, `${line}${control}`]);
  for (const other of ['.', 'domain.com', '.domain.com', '[]', '*'])
    if (other !== pattern && !template.includes('$L')) changes.push([`for ${other}`, other + gap + template]);
  return changes;
}

function changesOfBlock(line: string): Change[] {
  const [name = '', ...keywords] = line.split(/\s+/);
  const changes: Change[] = keywords.flatMap((keyword, at): Change[] =>
    /^[a-z]/.test(keyword) && !/^(?:daemon|port)$/.test(keyword)
      ? [[`without ${keyword}`, [name, ...keywords.slice(0, at), ...keywords.slice(at + 1)].join(' ')]]
      : [],
  );
  for (const keyword of [
    'switchchannel',
    'noswitchchannel',
    'tlsswitchchannel tcp_internal',
    '733',
    'uucp',
    'bangoverpercent',
    'routelocal',
    'aliaslocal',
    'norules',
  ])
    if (name !== 'defaults' && !keywords.includes(keyword))
      changes.push([`with ${keyword}`, `${line} ${keyword}`]);
  return changes;
}

const settingChanges: readonly string[] = [
  'built_in_source_routes: off',
  'built_in_source_routes: pmdf',
  'source_routes: follow',
  'listeners: { default: tcp_internal }',
  'listeners: { default: tcp_local, 587: tcp_internal }',
  'switch_lookup: literal',
  'local_domains: [partner.example]',
  'access: { orcpt: true }',
  'shadow: { tables: [ORIG_SEND_ACCESS] }',
];

function* eachLine(
  text: string,
  changesOf: (line: string) => readonly Change[],
): Generator<readonly [string, string]> {
  const lines = text.split('\n');
  for (const [at, line] of lines.entries()) {
    for (const [what, changed] of changesOf(line)) {
      const made = [...lines.slice(0, at), ...(changed === null ? [] : [changed]), ...lines.slice(at + 1)];
      yield [`\`${line.trim()}\` ${what}`, made.join('\n')];
    }
  }
}

function isBlockHead(line: string): boolean {
  return /^(?:l|tcp_\w+|process|defaults)(?:\s|$)/.test(line) && !/\$/.test(line);
}

/** Entries that open a hole of a kind that no sample has. */
const newEntries: readonly string[] = [
  'tcp_local|*@partner.example|tcp_local|*   $Y',
  'tcp_local|*|tcp_local|*@partner.example   $E',
  'tcp_local||tcp_local|*   $Y',
  'tcp_local|*@domain.com|*|*   $Y',
  'tcp_*|postmaster@*|*   $Y',
  'tcp_local|*|tcp_local|*   $C$:T$Y$E',
  'tcp_local|*|tcp_local|*   $C$?10?$Y$E',
  'tcp_local|*|tcp_local|*   tcp_internal|$0|tcp_local|$1$C',
];

const newRules: readonly string[] = [
  'partner.example   $U%partner.example@TCP-INTERNAL',
  'gate.domain.com   $U%partner.example',
  'x.domain.com   $U%$H@TCP-INTERNAL',
  '$%   $U%$H@TCP-INTERNAL',
  '.   $U%$H@TCP-INTERNAL',
  '.domain.com   $U%partner.example@PROCESS-DAEMON',
];

const newForwarding: readonly string[] = [
  '*@domain.com   $Y$D$0@partner.example',
  '*+*@domain.com   $Y$D$1@partner.example',
  'jane.doe@domain.com   $Y$Djdoe@partner.example',
  '*@x.domain.com   $Y$D$0@domain.com',
];

const newValues: readonly (readonly [string, string])[] = [
  ['postmaster', '$U%partner.example@PROCESS-DAEMON'],
  ['postmaster', 'x%partner.example@TCP-DAEMON'],
  ['jane.doe', 'jane.doe%x.domain.com'],
];

/** Every site that differs from this one by one mistake. */
export function* mutationsOf(name: string, site: Site): Generator<Mutation> {
  const { text } = site;
  const { cnf, mappings = '', yaml = '', aliases = '' } = text;
  const made = (what: string, changed: Partial<Site['text']>): Mutation => ({
    name: `${name}: ${what}`,
    site: { ...site, text: { ...text, ...changed } },
  });
  for (const [what, changed] of eachLine(mappings, changesOfEntry)) yield made(what, { mappings: changed });
  for (const entry of newEntries) {
    const changed = mappings.replace(/^ORIG_SEND_ACCESS\n\n/m, (head) => `${head}  ${entry}\n`);
    if (changed !== mappings) yield made(`new entry \`${entry}\``, { mappings: changed });
  }
  for (const entry of newForwarding)
    yield made(`new forwarding \`${entry}\``, {
      mappings: `FORWARD\n\n  ${entry}\n\n${mappings.replace(/^FORWARD\n\n(?: .*\n)+/m, '')}`,
    });
  if (cnf !== null) {
    const changesOf = (line: string): readonly Change[] =>
      isBlockHead(line) ? changesOfBlock(line) : changesOfRule(line);
    for (const [what, changed] of eachLine(cnf, changesOf)) {
      const mutation = made(what, { cnf: changed });
      // Whose these hosts are then, nobody can say.
      const [, pattern] = / for (\*|\[\])$/.exec(what) ?? [];
      const unclear = pattern === undefined ? [] : [pattern === '[]' ? '[' : pattern];
      const truth = { ...site.truth, unclear: [...site.truth.unclear, ...unclear] };
      yield { ...mutation, site: { ...mutation.site, truth } };
    }
    for (const rule of newRules) {
      const mutation = made(`new rule \`${rule}\``, { cnf: `${rule}\n${cnf}` });
      const truth = { ...site.truth, unclear: [...site.truth.unclear, 'partner.example'] };
      const isInside = rule.startsWith('partner.example') && rule.endsWith('INTERNAL');
      yield isInside ? { ...mutation, site: { ...mutation.site, truth } } : mutation;
    }
  }
  for (const setting of settingChanges) {
    const key = setting.slice(0, setting.indexOf(':'));
    const kept = yaml.replace(new RegExp(`^${key}:.*\\n(?: .*\\n)*`, 'm'), '');
    yield made(setting, { yaml: `${setting}\n${kept}` });
  }
  for (const alias of ['postmaster: x@partner.example', 'jane.doe: postmaster'])
    yield made(`new alias \`${alias}\``, { aliases: `${alias}\n${aliases}` });
  for (const [key, value] of newValues) {
    const general = new Map([
      ...(site.databases.general ?? new Map<string, string>()),
      [key, value] as const,
    ]);
    yield {
      name: `${name}: new value ${key} ${value}`,
      site: { ...site, databases: { ...site.databases, general } },
    };
  }
}
