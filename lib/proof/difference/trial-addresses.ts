/*
 * The senders and recipients of trials: of every host that a rule, a channel or a table names, of every name that was edited, and in
 * the forms that have hidden relaying behind local parts.
 */
import { dequote, quote, splitAddress } from '../../address/index.js';
import type { CompiledPolicy } from '../../policy/index.js';
import { type RewriteRule, rulesOf } from '../../rewrite/index.js';
import { foreignHosts } from './decide-trial.js';
import { clientAddressOf, hostOf } from './trial-clients.js';

const [foreign = '', otherForeign = ''] = foreignHosts;
const mostHosts = 60;
/** Hosts of edits that are tried by way of one of ours. */
const mostRouted = 6;
/** Hosts of a name that one rule fits below a domain that another one fits. */
const mostComposed = 12;
/** Names of hosts for each such domain. */
const mostInner = 6;
/** Users that are tried at hosts of rules and channels, and these hosts, at most. */
const mostUsers = 4;
const mostRuled = 12;

/** What edits name: users, hosts and whole addresses. */
export interface Named {
  readonly users: readonly string[];
  readonly hosts: readonly string[];
  readonly addresses: readonly string[];
}

/** Sorts a text that an edit names; bars in it separate several. */
export function namedIn(text: string): Named {
  const users: string[] = [];
  const hosts: string[] = [];
  const addresses: string[] = [];
  for (const part of text.split('|')) {
    const plain = part.trim().replace(/^<|>$/g, '');
    if (plain === '' || /[\s*]/.test(plain)) continue;
    const { localPart, domain } = splitAddress(plain);
    if (domain === null || domain === '') {
      if (localPart !== '') users.push(dequote(localPart));
      if (plain.startsWith('[') || (domain === null && plain.includes('.') && !/^[0-9.]+$/.test(plain)))
        hosts.push(plain);
    } else if (localPart === '') hosts.push(domain);
    else {
      addresses.push(plain);
      hosts.push(domain);
      users.push(dequote(localPart));
    }
  }
  return { users, hosts, addresses };
}

/** The hosts that a policy takes as its own. */
export function localHosts({ policy }: CompiledPolicy): readonly string[] {
  return [...new Set([policy.localHost, ...policy.localDomains])];
}

function channelHosts({ policy }: CompiledPolicy): readonly string[] {
  return [...policy.channels.hosts.keys()];
}

function ruleHosts({ rules }: CompiledPolicy): readonly string[] {
  return rulesOf(rules).flatMap((rule) => hostOf(rule) ?? []);
}

/** Forms of address in which a host of ours, and one outside, are named together. */
function hiddenForms(local: string): readonly string[] {
  return [
    `victim%${foreign}@${local}`,
    `${foreign}!victim@${local}`,
    `"victim@${foreign}"@${local}`,
    `"victim\\@${foreign}"@${local}`,
    `"${foreign}!victim"@${local}`,
    `"victim%${foreign}"@${local}`,
    `bob%${local}@${local}`,
    `@${local}:victim@${foreign}`,
    `@${foreign}:bob@${local}`,
    `@${local}:bob@${local}`,
    `victim+${foreign}@${local}`,
    `victim%${foreign}+detail@${local}`,
    `victim%hub+detail@${local}`,
    `${foreign}!victim%${otherForeign}@${local}`,
  ];
}

/** Forms in which a host of ours, or one below it, is named beside another one of ours. */
function doubledForms(local: string, other: string): readonly string[] {
  const below = `below.${local}`;
  return [
    `"bob@${other}"@${local}`,
    `"bob\\@${other}"@${local}`,
    `"bob%${other}"@${local}`,
    `"${other}!bob"@${local}`,
    `bob%${below}@${local}`,
    `bob%${below}@${below}`,
    `victim%${foreign}+detail@${below}`,
    `!@${below}`,
    `${below}!bob@${local}`,
    `"bob@${below}"@${local}`,
    `bob%${local}@${foreign}`,
  ];
}

/** Forms in which one host is reached by way of one of ours, or of one outside. */
function routedForms(local: string, host: string): readonly string[] {
  return [
    `bob%${host}@${local}`,
    `victim%${foreign}+detail@${host}`,
    `bob%${local}+detail@${host}`,
    `${host}!bob@${local}`,
    `bob%${host}@${foreign}`,
    `${host}!bob@${foreign}`,
    `"bob@${host}"@${local}`,
    `"bob\\@${host}"@${local}`,
  ];
}

/** An address outside that is named by number. Ref: RFC 5737 3 */
const foreignLiteral = '[198.51.100.7]';

/** Source routes from each host to each, and to an address. */
function sourceRoutes(hosts: readonly string[]): readonly string[] {
  return hosts.flatMap((first) => [...hosts, foreignLiteral].map((last) => `@${first}:bob@${last}`));
}

/** The same without a host, which is then that of the gateway. */
const bareForms: readonly string[] = [
  'postmaster',
  `victim%${foreign}`,
  `${foreign}!victim`,
  `"victim@${foreign}"`,
  `victim%${foreign}+detail`,
];

/** Hosts that a rule for names below a domain takes apart, with a name before the domain that another rule fits. */
function composedHosts(
  policies: readonly CompiledPolicy[],
  edited: readonly RewriteRule[],
): readonly string[] {
  const inner = new Set(
    policies.flatMap((one) => [
      ...rulesOf(one.rules).flatMap(({ pattern: { kind, text } }) =>
        kind === 'host' && !text.startsWith('[') ? [text] : [],
      ),
      ...localHosts(one),
    ]),
  );
  const domains = new Set(
    edited.flatMap(({ pattern: { kind, text } }) =>
      kind === 'suffix' ? [text] : kind === 'stars' && text.startsWith('*.') ? [text.slice(1)] : [],
    ),
  );
  return [...domains]
    .flatMap((domain) => [...inner].slice(0, mostInner).map((host) => host + domain))
    .slice(0, mostComposed);
}

/** Recipients, the most ordinary first. */
export function trialRecipients(
  policies: readonly CompiledPolicy[],
  edited: readonly RewriteRule[],
  named: Named,
): readonly string[] {
  const locals = [...new Set(policies.flatMap(localHosts))].slice(0, 12);
  const editedHosts = edited.flatMap((rule) => {
    const address = clientAddressOf(rule);
    return [
      ...(hostOf(rule) === null ? [] : [hostOf(rule) ?? '']),
      ...(address === null ? [] : [`[${address}]`]),
    ];
  });
  const composed = composedHosts(policies, edited);
  const hosts = new Set([
    ...foreignHosts,
    ...locals,
    ...editedHosts,
    ...named.hosts,
    ...composed,
    ...editedHosts.filter((host) => !host.startsWith('[')).map((host) => `below.${host}`),
    ...policies.flatMap(channelHosts).slice(0, 24),
    ...policies.flatMap(ruleHosts),
    ...locals.map((host) => `below.${host}`),
    foreignLiteral,
  ]);
  const users = [...new Set(named.users)].slice(0, 200);
  const found = new Set<string>([...named.addresses]);
  for (const host of [...hosts].slice(0, mostHosts)) found.add(`bob@${host}`);
  for (const local of locals.slice(0, 3)) {
    for (const user of users) {
      found.add(`${quote(user)}@${local}`);
      found.add(`${quote(`${user}+detail`)}@${local}`);
    }
    found.add(`postmaster@${local}`);
    for (const form of hiddenForms(local)) found.add(form);
    for (const other of locals.slice(0, 3)) for (const form of doubledForms(local, other)) found.add(form);
  }
  const [first = ''] = locals;
  const routed = new Set([
    ...editedHosts.slice(0, mostRouted),
    ...composed,
    ...named.hosts.slice(0, mostRouted),
    ...(edited.some(({ pattern }) => pattern.text.startsWith('[')) ? [foreignLiteral] : []),
  ]);
  for (const host of named.hosts.slice(0, mostRouted)) found.add(`postmaster@${host}`);
  for (const host of routed) for (const form of routedForms(first, host)) found.add(form);
  for (const form of sourceRoutes([
    ...locals.slice(0, 2),
    `below.${first}`,
    foreign,
    ...[...routed].slice(0, 4),
  ]))
    found.add(form);
  for (const user of users) found.add(`${quote(user)}@${foreign}`);
  const ruled = new Set([...policies.flatMap(channelHosts), ...policies.flatMap(ruleHosts)]);
  for (const user of users.slice(0, mostUsers))
    for (const host of [...ruled].slice(0, mostRuled)) found.add(`${quote(user)}@${host}`);
  for (const form of bareForms) found.add(form);
  return [...found].filter((address) => address.length < 500);
}

/** Senders whose local part rules or tables may take apart, which few sessions are tried with. */
export function oddSenders(policies: readonly CompiledPolicy[]): readonly string[] {
  const [local = ''] = policies.flatMap(localHosts);
  return [
    `ann+detail@${local}`,
    `ann@below.${local}`,
    `ann%${foreign}@${local}`,
    `${foreign}!ann@${local}`,
    `"ann@${foreign}"@${local}`,
    `ann%${local}@${foreign}`,
  ];
}

/** Recipients of each kind: at a host of ours, outside, and with routing in the local part. */
export function oddRecipients(policies: readonly CompiledPolicy[]): readonly string[] {
  const [local = ''] = policies.flatMap(localHosts);
  return [`bob@${local}`, `bob@${foreign}`, `${local}!bob@${local}`, ...hiddenForms(local)];
}

/** Senders, the most ordinary first. */
export function trialSenders(policies: readonly CompiledPolicy[], named: Named): readonly string[] {
  const [local = ''] = policies.flatMap(localHosts);
  const found = new Set(['ann@sender.invalid', '', `ann@${local}`]);
  for (const host of named.hosts.slice(0, 20)) found.add(`ann@${host}`);
  for (const address of named.addresses) found.add(address);
  for (const user of named.users.slice(0, 20)) found.add(`${quote(user)}@${local}`);
  return [...found];
}
