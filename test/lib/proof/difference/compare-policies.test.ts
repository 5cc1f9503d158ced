/*
 * What is said of one edit of the sample policy, for every kind of edit.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseName } from '../../../../lib/engine/lookup.js';
import { comparePolicies } from '../../../../lib/proof/difference/compare-policies.js';
import type { Edit, PolicyDifference, Trial } from '../../../../lib/proof/difference/policy-difference.js';
import { projectRoot } from '../../../support/project-root.js';
import { compileSite, type Databases } from '../judge/site.js';
import { sideOfSite } from './compare-sites.js';

/** The files of the sample. */
interface Files {
  readonly cnf: string;
  readonly mappings: string;
  readonly aliases: string;
  readonly yaml: string;
  readonly general: ReadonlyMap<string, string>;
  readonly others?: Databases;
}

function sampleFile(name: string): string {
  return readFileSync(join(projectRoot, 'config', name), 'utf8');
}

const sample: Files = {
  cnf: sampleFile('pmdf.cnf'),
  mappings: sampleFile('mappings'),
  aliases: sampleFile('aliases'),
  yaml: sampleFile('pmdf.yaml'),
  general: new Map([['jane.doe', 'jdoe%other.com@PROCESS-DAEMON']]),
};

const truth = { leaving: new Set<string>(), ours: [], unclear: [] };
const trials = { atoms: [], fresh: [], hosts: [], ports: [], clients: [], helos: [], originalRecipients: [] };

function sideOf({ general, others, ...text }: Files) {
  const databases: Partial<Record<DatabaseName, ReadonlyMap<string, string>>> = { ...others, general };
  return sideOfSite(compileSite({ text, databases, truth, trials }));
}

function compare(before: Files, now: Files): PolicyDifference {
  return comparePolicies(sideOf(before), sideOf(now), { ofEntry: 100, ofNames: 1500, proof: 200_000 });
}

/** Replaces a text, which has to be there. */
function replaced(text: string, old: string, by: string): string {
  assert.ok(text.includes(old), `the sample has no ${old}`);
  return text.replace(old, by);
}

const relaying = '  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted';
const newDomain = '.domain.com   $U%$H$D@TCP-INTERNAL';
const networks = '[127.0.1.]    $U%[127.0.1.$L]@TCP-INTERNAL$E$R';
const local = '\nl\ndomain.com\n';

function withEntry(entry: string, where: 'before' | 'after' = 'before'): Files {
  const both = where === 'before' ? `  ${entry}\n${relaying}` : `${relaying}\n  ${entry}`;
  return { ...sample, mappings: replaced(sample.mappings, relaying, both) };
}

function withForm(form: string): Files {
  return { ...sample, cnf: replaced(sample.cnf, 'mx switchchannel', `mx ${form} switchchannel`) };
}

function withHeloNames(files: Files): Files {
  return { ...files, yaml: replaced(files.yaml, 'app_info: pmdf', 'app_info: messaging-server') };
}

function withPartner(files: Files): Files {
  const entry = '  tcp_local|*@partner.example|tcp_local|*  $Y';
  return { ...files, mappings: replaced(files.mappings, relaying, `${entry}\n${relaying}`) };
}

interface Row {
  readonly edit: string;
  readonly now: Files;
  readonly before?: Files;
  readonly answer: PolicyDifference['answer'];
  readonly kinds: readonly string[];
  /** Of the first change. */
  readonly witness?: Partial<Trial>;
  readonly senders?: string;
  readonly recipients?: string;
  readonly effects?: readonly Edit['effect'][];
  readonly relaying?: PolicyDifference['relaying']['answer'];
}

/** A site that takes routing in local parts; of the hosts outside it knows one. */
const routing: Files = {
  ...sample,
  cnf: replaced(sample.cnf, '.             $U%$H@TCP-DAEMON', 'relay.example  $U%relay.example@TCP-DAEMON'),
  yaml: replaced(sample.yaml, 'built_in_source_routes: strict', 'built_in_source_routes: off'),
};

const unrouted: Files = { ...routing, cnf: replaced(routing.cnf, 'relay.example  $U', 'p.example  $U') };

/** A small site that takes source routes. */
function routes(rules: string, yaml: string): Files {
  const channels = sample.cnf.slice(sample.cnf.indexOf('\ndefaults'));
  const cnf = `${rules}\n${replaced(channels, local, '\nl\nd\n').replace(' switchchannel', '')}`;
  return { cnf, mappings: '', aliases: '', yaml: `${yaml}\n${generalDatabase}`, general: new Map() };
}
const generalDatabase = 'databases:\n  general: { file: general.txt, required: false }\n';
const taken = 'built_in_source_routes: off\nsource_routes: follow';

function withFirst(files: Files, entry: string): Files {
  return { ...files, mappings: replaced(files.mappings, relaying, `  ${entry}\n${relaying}`) };
}

function withRules(rules: string): Files {
  return { ...sample, cnf: replaced(sample.cnf, newDomain, `${newDomain}\n${rules}`) };
}

const ownDomain = 'own.example  $U%own.example@TCP-INTERNAL$E$F';
const withDomain: Files = { ...sample, cnf: replaced(sample.cnf, newDomain, `${newDomain}\n${ownDomain}`) };

const rows: readonly Row[] = [
  ...['733', 'uucp'].map(
    (form): Row => ({
      edit: `an entry for a partner, where mail leaves in the form \`${form}\``,
      before: withForm(form),
      now: withPartner(withForm(form)),
      answer: 'different',
      kinds: ['newly-relayed'],
      witness: { from: 'ann@partner.example' },
    }),
  ),
  { edit: 'nothing', now: sample, answer: 'equal', kinds: [], effects: [] },
  {
    edit: 'comments, case and blanks',
    now: {
      ...sample,
      cnf: `! more\n${replaced(sample.cnf, 'domain.com    $U@domain.com', 'DOMAIN.com $U@domain.com')}`,
      mappings: replaced(sample.mappings, relaying, '  TCP_LOCAL|*|tcp_local|*  $NRelaying$ not$ permitted'),
      aliases: replaced(sample.aliases, 'abuse: postmaster', 'ABUSE:   postmaster'),
    },
    answer: 'equal',
    kinds: [],
    effects: [],
  },
  {
    edit: 'an entry for one address outside, which is reached by a percent sign too',
    before: routing,
    now: withFirst(routing, 'tcp_local|*|tcp_local|victim@relay.example  $Y'),
    answer: 'different',
    kinds: ['newly-relayed'],
  },
  {
    edit: 'a bang path through a host that no rule leads to, which was refused',
    before: withFirst(unrouted, 'tcp_local|*|*|relay.example!victim@domain.com  $NNo'),
    now: unrouted,
    answer: 'different',
    kinds: ['newly-relayed'],
    effects: ['shown'],
  },
  {
    edit: 'an entry for a partner above the one that refuses',
    now: withEntry('tcp_local|*@partner.example|tcp_local|*  $Y'),
    answer: 'different',
    kinds: ['newly-relayed'],
    witness: { client: '192.0.2.1', from: 'ann@partner.example', to: 'bob@relay.example' },
    senders: '*@partner.example',
    effects: ['shown'],
  },
  {
    edit: 'the same entry below it',
    now: withEntry('tcp_local|*@partner.example|tcp_local|*  $Y', 'after'),
    answer: 'equal',
    kinds: [],
    effects: ['none'],
  },
  {
    edit: 'an entry that permits what is permitted',
    now: withEntry('tcp_local|*|l|*  $Y'),
    answer: 'equal',
    kinds: [],
    effects: ['none'],
  },
  {
    edit: 'two entries in place of one',
    now: withEntry('tcp_local|*|tcp_local|*@a.example  $NRelaying$ not$ permitted'),
    answer: 'equal',
    kinds: [],
    effects: ['none'],
  },
  {
    edit: 'an entry for a source channel that nobody is on',
    now: withEntry('tcp_other|*|tcp_local|*  $Y'),
    answer: 'equal',
    kinds: [],
    effects: ['none'],
  },
  {
    edit: 'an entry that refuses one sender',
    now: withEntry('tcp_local|spam@bad.example|*|*  $NGo$ away'),
    answer: 'different',
    kinds: ['newly-refused', 'other-reply'],
    witness: { from: 'spam@bad.example' },
    effects: ['shown'],
  },
  {
    edit: 'the refusing entry left out',
    now: { ...sample, mappings: replaced(sample.mappings, relaying, '  tcp_none|*   $N') },
    answer: 'different',
    kinds: ['newly-relayed'],
    effects: ['shown', 'none'],
  },
  {
    edit: 'another text of a refusal',
    now: { ...sample, mappings: replaced(sample.mappings, 'Relaying$ not', 'Sending$ not') },
    answer: 'different',
    kinds: ['other-reply'],
    effects: ['shown', 'shown'],
  },
  {
    edit: 'a table that nobody asks',
    now: { ...sample, mappings: `${sample.mappings}\nSPARE\n\n  *  $N\n` },
    answer: 'equal',
    kinds: [],
    effects: ['none'],
  },
  {
    edit: 'a rule that matches the names of clients too',
    now: {
      ...sample,
      cnf: replaced(sample.cnf, newDomain, `${newDomain}\nnew.example  $U%new.example@TCP-INTERNAL`),
    },
    answer: 'different',
    kinds: ['newly-relayed', 'newly-accepted', 'delivered-elsewhere', 'other-reply'],
    witness: { name: 'new.example', to: 'bob@relay.example' },
    effects: ['shown'],
  },
  {
    edit: 'a rule for another domain of ours',
    now: {
      ...sample,
      cnf: replaced(sample.cnf, newDomain, `${newDomain}\nnew.example  $U%new.example@TCP-INTERNAL$E$F`),
    },
    answer: 'different',
    kinds: ['newly-accepted', 'delivered-elsewhere'],
    witness: { to: 'bob@new.example' },
    recipients: '*@new.example',
    effects: ['shown'],
  },
  {
    edit: 'a rule below one that always fires',
    now: { ...sample, cnf: replaced(sample.cnf, newDomain, `${newDomain}\n.domain.com  $U%$H$D@TCP-DAEMON`) },
    answer: 'equal',
    kinds: [],
    effects: ['none'],
  },
  {
    edit: 'a rule below one that gives an empty host',
    before: {
      ...sample,
      cnf: replaced(sample.cnf, newDomain, `${newDomain}\nempty.example  $U%$H@TCP-INTERNAL`),
    },
    now: {
      ...sample,
      cnf: replaced(
        sample.cnf,
        newDomain,
        `${newDomain}\nempty.example  $U%$H@TCP-INTERNAL\nempty.example  $U%empty.example@TCP-INTERNAL$E$F`,
      ),
    },
    answer: 'different',
    kinds: ['newly-accepted', 'delivered-elsewhere'],
    effects: ['shown'],
  },
  {
    edit: 'a table that only a value of the general database calls',
    before: { ...sample, general: new Map([['jane.doe', '${SPARE,$U}']]) },
    now: {
      ...sample,
      general: new Map([['jane.doe', '${SPARE,$U}']]),
      mappings: `${sample.mappings}\nSPARE\n\n  *  $Y$0@domain.com\n`,
    },
    answer: 'not-compared',
    kinds: [],
    effects: ['not-compared'],
  },
  {
    edit: 'a rule of its own for an address outside, which goes where all others go',
    now: {
      ...sample,
      cnf: replaced(sample.cnf, newDomain, `${newDomain}\n[198.51.100.]  $U%[198.51.100.$L]@TCP-DAEMON$E$F`),
    },
    answer: 'not-compared',
    kinds: [],
  },
  {
    edit: 'a domain that is ours no more, and is reached as before',
    before: { ...sample, yaml: replaced(sample.yaml, 'local_domains: []', 'local_domains: [own.example]') },
    now: sample,
    answer: 'different',
    kinds: ['other-reply'],
    relaying: 'none',
  },
  {
    edit: 'rules of different patterns in another order',
    now: {
      ...sample,
      cnf: replaced(replaced(sample.cnf, `${newDomain}\n`, ''), networks, `${networks}\n${newDomain}`),
    },
    answer: 'equal',
    kinds: [],
    effects: [],
  },
  {
    edit: 'a network whose clients are switched inside',
    now: {
      ...sample,
      cnf: replaced(sample.cnf, networks, `${networks}\n[198.51.]  $U%[198.51.$L]@TCP-INTERNAL$E$R`),
    },
    answer: 'different',
    kinds: ['newly-relayed', 'newly-accepted', 'other-reply'],
    witness: { client: '198.51.9.9', to: 'bob@relay.example' },
    effects: ['shown'],
  },
  {
    edit: 'an alias that leads elsewhere',
    now: { ...sample, aliases: replaced(sample.aliases, 'abuse: postmaster', 'abuse: carol@sub.domain.com') },
    answer: 'different',
    kinds: ['delivered-elsewhere'],
    witness: { to: 'abuse@domain.com' },
    effects: ['shown'],
  },
  {
    edit: 'an alias that leads outside, which the site spells out',
    now: { ...sample, aliases: replaced(sample.aliases, 'abuse: postmaster', 'abuse: abuse@other.com') },
    answer: 'different',
    kinds: ['delivered-elsewhere'],
    witness: { to: 'abuse@domain.com' },
    effects: ['shown'],
  },
  {
    edit: 'a value of the general database',
    now: { ...sample, general: new Map([['jane.doe', 'jd%other.com@PROCESS-DAEMON']]) },
    answer: 'different',
    kinds: ['delivered-elsewhere'],
    witness: { to: 'jane.doe@domain.com' },
    effects: ['shown'],
  },
  {
    edit: 'a keyword that AUTH depends on',
    now: {
      ...sample,
      cnf: replaced(sample.cnf, 'mx switchchannel remotehost', 'mx switchchannel maysaslserver remotehost'),
    },
    answer: 'different',
    kinds: ['other-reply'],
    effects: ['shown', 'shown'],
  },
  {
    edit: 'a keyword that demands AUTH',
    now: {
      ...sample,
      cnf: replaced(sample.cnf, 'mx switchchannel remotehost', 'mx switchchannel mustsaslserver remotehost'),
    },
    answer: 'different',
    kinds: ['newly-refused', 'other-reply'],
    effects: ['shown', 'shown'],
  },
  {
    edit: 'a next hop',
    now: {
      ...sample,
      cnf: replaced(
        sample.cnf,
        'tcp_internal smtp single_sys mx',
        'tcp_internal smtp single_sys mx daemon hub.domain.com',
      ),
    },
    answer: 'different',
    kinds: ['delivered-elsewhere'],
    effects: ['shown'],
  },
  {
    edit: 'the built-in entries switched off',
    now: {
      ...sample,
      yaml: replaced(sample.yaml, 'built_in_source_routes: strict', 'built_in_source_routes: off'),
    },
    answer: 'different',
    kinds: ['newly-relayed', 'newly-accepted', 'other-reply'],
    witness: { client: '192.0.2.1' },
    effects: ['shown'],
  },
  {
    edit: 'relays: the rule of a domain of ours left out',
    before: withDomain,
    now: sample,
    answer: 'different',
    kinds: ['newly-refused', 'delivered-elsewhere'],
    relaying: 'none',
  },
  {
    edit: 'relays: a value that keeps the local part',
    now: { ...sample, general: new Map([['jane.doe', '$U%partner.example@PROCESS-DAEMON']]) },
    answer: 'different',
    kinds: ['delivered-elsewhere'],
    relaying: 'none',
  },
  {
    edit: 'relays: a channel inside after STARTTLS',
    now: withForm('maytlsserver tlsswitchchannel tcp_internal'),
    answer: 'different',
    kinds: ['newly-relayed', 'newly-refused', 'other-reply'],
    witness: { tls: true },
    relaying: 'some',
  },
  {
    edit: 'relays: listeners that begin inside',
    now: { ...sample, yaml: replaced(sample.yaml, 'default: tcp_local', 'default: tcp_internal') },
    answer: 'different',
    kinds: ['newly-relayed', 'newly-refused', 'other-reply'],
    relaying: 'some',
  },
  {
    edit: 'relays: FORWARD that sends each user on',
    now: {
      ...sample,
      mappings: `${sample.mappings}\nFORWARD\n\n  *@domain.com  $Y$D$0@partner.example\n`,
    },
    answer: 'different',
    kinds: ['newly-relayed', 'delivered-elsewhere'],
    relaying: 'some',
  },
  {
    edit: 'relays: a refusal beside what relays already',
    before: withPartner(sample),
    now: withPartner(withEntry('tcp_local|spam@bad.example|*|*  $NGo$ away')),
    answer: 'different',
    kinds: ['newly-refused', 'other-reply'],
    relaying: 'none',
  },
  {
    edit: 'relays: a rule beside what relays already',
    before: withPartner(sample),
    now: withPartner({
      ...sample,
      cnf: replaced(sample.cnf, newDomain, `${newDomain}\nnew.example  $U%new.example@TCP-INTERNAL$E$F`),
    }),
    answer: 'different',
    kinds: ['newly-accepted', 'delivered-elsewhere'],
    relaying: 'not-compared',
  },
  {
    edit: 'a port that no setting names is refused',
    now: { ...sample, mappings: `PORT_ACCESS\n\n  TCP|*|10025|*|*  $N\n\n${sample.mappings}` },
    answer: 'different',
    kinds: ['newly-refused', 'other-reply'],
    witness: { port: 10_025 },
    effects: ['shown'],
  },
  {
    edit: 'another local host name',
    now: { ...sample, cnf: replaced(sample.cnf, local, `${local}mail.domain.com\n`) },
    answer: 'not-compared',
    kinds: [],
    effects: ['not-compared'],
  },
  {
    edit: 'a setting that no decision depends on',
    now: { ...sample, yaml: replaced(sample.yaml, 'reverse_timeout: 5', 'reverse_timeout: 6') },
    answer: 'same-decisions',
    kinds: [],
    effects: ['not-decided'],
  },
  ...['sourceblocklimit 10', 'blocklimit 10', 'recipientlimit 2', 'rejectsmtplonglines'].map(
    (keyword): Row => ({
      edit: `a limit of a channel, \`${keyword}\``,
      now: withForm(keyword),
      answer: 'different',
      kinds: ['other-reply'],
      relaying: 'none',
    }),
  ),
  {
    edit: 'messages with bare line ends, which are repaired in place of refused',
    now: { ...sample, yaml: replaced(sample.yaml, 'bare_line_ends: reject', 'bare_line_ends: repair') },
    answer: 'different',
    kinds: ['other-reply'],
    effects: ['shown'],
  },
  {
    edit: 'failed logins, which are counted over several sessions',
    now: { ...sample, yaml: replaced(sample.yaml, 'failures: 10', 'failures: 0') },
    answer: 'not-compared',
    kinds: [],
  },
  {
    edit: 'the decisions that the page shows, and the folder of the log',
    now: {
      ...sample,
      yaml: replaced(replaced(sample.yaml, 'decisions: 200', 'decisions: 9'), 'folder: log', 'folder: logs'),
    },
    answer: 'same-decisions',
    kinds: [],
    effects: ['not-decided', 'not-decided'],
  },
  {
    edit: 'the language of notices',
    now: { ...sample, mappings: `${sample.mappings}\nNOTIFICATION_LANGUAGE\n\n  *  $Ide/$Y\n` },
    answer: 'same-decisions',
    kinds: [],
    effects: ['not-decided'],
  },
  {
    edit: 'shadow mode of a table whose entries are as before',
    before: withFirst(sample, 'tcp_local|bad@bad.example|l|*  $NNo'),
    now: withFirst(
      { ...sample, yaml: replaced(sample.yaml, 'tables: []', 'tables: [ORIG_SEND_ACCESS]') },
      'tcp_local|bad@bad.example|l|*  $NNo',
    ),
    answer: 'different',
    kinds: ['newly-accepted'],
    witness: { from: 'bad@bad.example' },
  },
  {
    edit: 'an entry for those who ask for a receipt',
    now: withFirst(sample, 'tcp_local|bad@bad.example|l|*  $:S$NNo'),
    answer: 'different',
    kinds: ['newly-refused'],
    witness: { from: 'bad@bad.example', notify: ['SUCCESS'] },
  },
  {
    edit: 'a rule by which users of the general database are forwarded no more',
    now: { ...sample, cnf: replaced(sample.cnf, 'domain.com    $($U)$E$F', '! none') },
    answer: 'different',
    kinds: ['delivered-elsewhere'],
    witness: { to: 'jane.doe@domain.com' },
  },
  {
    edit: 'a HELO name that is refused',
    before: withHeloNames(sample),
    now: {
      ...withHeloNames(sample),
      mappings: `${sample.mappings}\nFROM_ACCESS\n\n  *|SMTP/evil*|MAIL|tcp_local|*|*  $NNo\n`,
    },
    answer: 'different',
    kinds: ['newly-refused', 'other-reply'],
    witness: { helo: 'evil' },
    effects: ['shown'],
  },
  {
    edit: 'what completes a sender without a domain',
    now: { ...sample, cnf: replaced(sample.cnf, ' remotehost ', ' defaulthost own.example ') },
    answer: 'different',
    kinds: ['other-reply'],
    witness: { from: 'ann' },
  },
  {
    edit: 'aliases for the recipients of a channel, at a host of a rule',
    now: { ...sample, cnf: replaced(sample.cnf, 'tcp_internal smtp', 'tcp_internal aliaslocal smtp') },
    answer: 'different',
    kinds: ['delivered-elsewhere'],
    witness: { to: 'abuse@sub.domain.com' },
    effects: ['shown'],
  },
  {
    edit: 'a suffix that is taken off, which leaves a host that another rule is for',
    before: withRules('.own.example  $U%$H\nhub  $U%hub@TCP-INTERNAL'),
    now: withRules('hub  $U%hub@TCP-INTERNAL'),
    answer: 'different',
    kinds: ['newly-accepted', 'newly-refused', 'delivered-elsewhere'],
    witness: { to: 'bob%domain.com+detail@domain.com.own.example' },
    effects: ['shown'],
  },
  {
    edit: 'a local domain beside which another one is named in quotes',
    before: routes('i   $U%p@TCP-DAEMON$A', 'local_domains: [i]'),
    now: routes('i   $U%p@TCP-DAEMON$A', 'local_domains: []'),
    answer: 'different',
    kinds: ['newly-relayed', 'newly-refused', 'other-reply'],
    witness: { to: '"bob@d"@i' },
  },
  {
    edit: 'mail that a rule sent outside by a channel inside goes out by another one',
    before: routes(
      'd   $U%i\n.d   $U%$H$D@TCP-INTERNAL\n$*   $E$F$S$U%$H@TCP-INTERNAL\n.   $U%$H@TCP-DAEMON',
      taken,
    ),
    now: routes('.   $U%$H@TCP-DAEMON', taken),
    answer: 'different',
    kinds: ['newly-refused', 'delivered-elsewhere', 'other-reply'],
    relaying: 'not-compared',
  },
  {
    edit: 'a limit that no trial comes to',
    now: { ...sample, yaml: replaced(sample.yaml, 'rewrites: 32', 'rewrites: 30') },
    answer: 'not-compared',
    kinds: [],
    effects: ['not-compared'],
  },
  {
    edit: 'the order of entries of FORWARD for quoted local parts',
    before: {
      ...sample,
      mappings: `${sample.mappings}\nFORWARD\n\n  *#*@domain.com  $Y$Dann@a.domain.com\n  *@domain.com  $N\n`,
    },
    now: {
      ...sample,
      mappings: `${sample.mappings}\nFORWARD\n\n  *@domain.com  $N\n  *#*@domain.com  $Y$Dann@a.domain.com\n`,
    },
    answer: 'different',
    kinds: ['delivered-elsewhere'],
  },
  {
    edit: 'an entry that lets mail out to a domain in U-labels',
    before: sample,
    now: {
      ...sample,
      mappings: sample.mappings.replace(
        '  tcp_local|',
        '  tcp_local|*|tcp_local|*@münchen.example   $Y\n  tcp_local|',
      ),
    },
    answer: 'different',
    kinds: ['newly-relayed'],
  },
  {
    edit: 'an entry that lets mail out to a domain in A-labels',
    before: sample,
    now: {
      ...sample,
      mappings: sample.mappings.replace(
        '  tcp_local|',
        '  tcp_local|*|tcp_local|*@xn--mnchen-3ya.example   $Y\n  tcp_local|',
      ),
    },
    answer: 'different',
    kinds: ['newly-relayed'],
  },
  {
    edit: 'a rule whose result another rule takes',
    before: {
      ...sample,
      cnf: replaced(sample.cnf, newDomain, `${newDomain}\n.hub  $U%$H\nmill  $U%mill@TCP-INTERNAL$E$F`),
    },
    now: { ...sample, cnf: replaced(sample.cnf, newDomain, `${newDomain}\nmill  $U%mill@TCP-INTERNAL$E$F`) },
    answer: 'different',
    kinds: ['newly-accepted', 'newly-refused', 'delivered-elsewhere'],
  },
  {
    edit: 'aliases for the hosts of another channel',
    before: { ...withDomain, aliases: `${sample.aliases}\ncarol: dan@domain.com\n` },
    now: {
      ...withDomain,
      aliases: `${sample.aliases}\ncarol: dan@domain.com\n`,
      cnf: replaced(withDomain.cnf, 'mx allowswitchchannel', 'mx allowswitchchannel aliaslocal'),
    },
    answer: 'different',
    kinds: ['delivered-elsewhere'],
  },
];

describe('comparePolicies', () => {
  for (const {
    edit,
    before = sample,
    now,
    answer,
    kinds,
    witness,
    senders,
    recipients,
    effects,
    relaying,
  } of rows) {
    it(edit, () => {
      const difference = compare(before, now);
      const told = JSON.stringify(difference, null, 1);
      assert.equal(difference.answer, answer, told);
      assert.deepEqual([...new Set(difference.changes.map(({ kind }) => kind))], kinds, told);
      const [first] = difference.changes;
      for (const [name, value] of Object.entries(witness ?? {})) {
        assert.deepEqual(
          Object.entries(first?.witness ?? {}).find(([one]) => one === name)?.[1],
          value,
          told,
        );
      }
      if (senders !== undefined) assert.equal(first?.senders, senders);
      if (recipients !== undefined) assert.equal(first?.recipients, recipients);
      if (relaying !== undefined) assert.equal(difference.relaying.answer, relaying, told);
      if (effects !== undefined)
        assert.deepEqual(
          difference.edits.map(({ effect }) => effect),
          effects,
          told,
        );
    });
  }

  it('takes no local domain for outside where a rule makes every address one of ours', () => {
    const cnf = `d $U@d
. $U%d

defaults noswitchchannel

l
d

tcp_local smtp
TCP-DAEMON

tcp_submit smtp mustsaslserver
SUBMIT-DAEMON
`;
    const before = {
      cnf,
      mappings: '',
      aliases: '',
      yaml: 'listeners: { 587: tcp_submit }',
      general: new Map(),
    };
    const after = { ...before, cnf: replaced(cnf, ' mustsaslserver', '') };
    const { answer, changes } = compare(before, after);
    assert.equal(answer, 'different');
    assert.deepEqual(
      changes.filter(({ kind }) => kind === 'newly-relayed'),
      [],
    );
    assert.ok(changes.some(({ kind }) => kind === 'newly-accepted'));
  });

  it('says that nothing is known of a database that was not read', () => {
    const side = sideOf(sample);
    const difference = comparePolicies(side, { ...side, contents: () => null });
    assert.equal(difference.answer, 'not-compared');
    assert.deepEqual(difference.unread, ['general']);
  });
});
