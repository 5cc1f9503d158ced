/*
 * The policy for a new site, before it is printed: rules, channels, tables. Mail from outside is not relayed out
 * again; mail from the internal networks is.
 * Ref: PMDF 2.2.3.7, 2.3.4.42, 16.1.1
 */
import { formatAddressLiteral, type Network } from '../../lib/address/index.js';
import type { Site } from './site.js';

/** A rewrite rule, and the comment above it. */
export interface ModelRule {
  readonly comment: readonly string[];
  readonly pattern: string;
  readonly template: string;
}

/** A channel; a block of defaults has no host. */
export interface ModelChannel {
  readonly comment: readonly string[];
  readonly name: string;
  readonly keywords: string;
  readonly host: string | null;
}

/** A mapping table with its entries. */
export interface ModelTable {
  readonly comment: readonly string[];
  readonly name: string;
  readonly entries: readonly (readonly [pattern: string, template: string])[];
}

/** A whole policy. */
export interface PolicyModel {
  readonly rules: readonly ModelRule[];
  readonly channels: readonly ModelChannel[];
  readonly tables: readonly ModelTable[];
}

/** The table of internal networks that whole octets cannot express. */
const networkTable = 'INTERNAL_IP';

const octetBits = 8;

/** The octets of a network; null for IPv6, or if its prefix ends within an octet. */
function octetsOf({ bytes, prefixLength }: Network): readonly number[] | null {
  if (bytes.length !== 4 || prefixLength % octetBits !== 0) return null;
  return [...bytes.slice(0, prefixLength / octetBits)];
}

/** A group of rules with a comment above the first. */
function commented(comment: readonly string[], rules: readonly (readonly [string, string])[]): ModelRule[] {
  return rules.map(([pattern, template], index) => ({
    comment: index === 0 ? comment : [],
    pattern,
    template,
  }));
}

function octetRule(octets: readonly number[]): readonly [string, string] {
  const text = octets.join('.');
  return octets.length === 4
    ? [`[${text}]`, `$U%[${text}]@TCP-INTERNAL$E$R`]
    : [`[${text}.]`, `$U%[${text}.$L]@TCP-INTERNAL$E$R`];
}

function networkRules(networks: readonly Network[]): ModelRule[] {
  const octets = networks.flatMap((network) => {
    const found = octetsOf(network);
    return found === null ? [] : [octetRule(found)];
  });
  const others = networks.filter((network) => octetsOf(network) === null);
  return [
    ...commented(
      [
        'Clients with these addresses switch to tcp_internal. `$E$R` limits a rule to addresses of clients.',
        'Do not list 127.0.0.1: with a proxy or scanner on this host every client would be internal.',
      ],
      octets,
    ),
    ...commented(
      [`So do clients in the table ${networkTable}, for networks that do not end at an octet.`],
      others.length === 0 ? [] : [['[]', `$E$R\${${networkTable},$L}$U%[$L]@TCP-INTERNAL`]],
    ),
  ];
}

function domainRules(domains: readonly string[]): ModelRule[] {
  const [first = ''] = domains;
  return [
    ...commented(
      [
        'Forwarding: if general.txt has an entry for the local part, mail goes to its address.',
        '`$E$F` limits the rule to recipients, so that senders are not changed.',
      ],
      domains.map((domain) => [domain, '$($U)$E$F']),
    ),
    ...commented(
      ['Our own domains: channel l, which passes their mail to our mail server.'],
      domains.map((domain) => [domain, domain === first ? `$U@${domain}` : `$U%${domain}@${first}`]),
    ),
    ...commented(
      ['Hosts below our domains are internal too. `.domain` does not match the domain itself.'],
      domains.map((domain) => [`.${domain}`, '$U%$H$D@TCP-INTERNAL']),
    ),
  ];
}

function channelsFor([first = '']: readonly string[]): ModelChannel[] {
  return [
    {
      comment: ['Clients switch only to channels that allow it.'],
      name: 'defaults',
      keywords: 'noswitchchannel',
      host: null,
    },
    { comment: ['Mail for our own domains.'], name: 'l', keywords: '', host: first },
    {
      comment: [
        'The outside world. Every connection begins here; internal clients are switched to another channel.',
      ],
      name: 'tcp_local',
      keywords: 'smtp single_sys mx switchchannel remotehost maytls',
      host: 'TCP-DAEMON',
    },
    {
      comment: ['The inside: our own clients, and hosts below our domains.'],
      name: 'tcp_internal',
      keywords: 'smtp single_sys mx allowswitchchannel maytls',
      host: 'TCP-INTERNAL',
    },
    {
      comment: ['Reprocesses forwarded mail, so that it does not look like relaying.'],
      name: 'process',
      keywords: '',
      host: 'PROCESS-DAEMON',
    },
  ];
}

function networkEntry({ address, prefixLength }: Network): readonly [string, string] {
  const glob = address.includes(':')
    ? `IPv6:\${${address}/${prefixLength}}`
    : `$(${address}/${prefixLength})`;
  return [glob, '$Y'];
}

function tablesFor(networks: readonly Network[]): ModelTable[] {
  const others = networks.filter((network) => octetsOf(network) === null);
  const internal: ModelTable = {
    comment: ['Internal addresses, for the rule `[]`. `$Y` means yes.'],
    name: networkTable,
    entries: others.map(networkEntry),
  };
  return [
    ...(others.length === 0 ? [] : [internal]),
    {
      comment: [
        'Who may send to whom: `source-channel|from|destination-channel|to`.',
        'Mail from outside must not go out again. Entries against routing hidden in addresses are built in.',
      ],
      name: 'ORIG_SEND_ACCESS',
      entries: [['tcp_local|*|tcp_local|*', '$NRelaying$ not$ permitted']],
    },
  ];
}

export function policyFor({ domains, networks }: Site): PolicyModel {
  return {
    rules: [
      ...domainRules(domains),
      ...networkRules(networks),
      ...commented(['Everything else is outside.'], [['.', '$U%$H@TCP-DAEMON']]),
    ],
    channels: channelsFor(domains),
    tables: tablesFor(networks),
  };
}

/** An internal client, for examples: the lowest host address of the first network. */
export function exampleClient([network]: readonly Network[]): string | null {
  if (network === undefined) return null;
  const bytes = [...network.bytes];
  if (network.prefixLength < bytes.length * octetBits) bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 1;
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  const literal = formatAddressLiteral(bytes.length === 4 ? bytes.join('.') : groups.join(':'));
  return literal.replace(/^\[(?:IPv6:)?/, '').slice(0, -1);
}
