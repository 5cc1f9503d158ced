/*
 * Those of Haraka's own files that depend on the answers.
 */
import { printHostPort } from '../../lib/address/index.js';
import type { HarakaSettings, Listener } from './dispatcher/haraka-settings.js';
import type { Answers, MailHost } from './site.js';

const anyAddress = '::0';

function listenText({ address, port }: Listener): string {
  return printHostPort(address ?? anyAddress, port);
}

/** The lines of smtp.ini that dispatcher.cnf or the options require. */
export function smtpIniLines({ listeners, nodes, user }: HarakaSettings): string[] {
  const tlsPort = listeners.find(({ isTls }) => isTls)?.port ?? null;
  return [
    ...(listeners.length === 0 ? [] : [`listen=${listeners.map(listenText).join(',')}`]),
    ...(tlsPort === null ? [] : [`smtps_port=${tlsPort}`]),
    ...(nodes === null ? [] : [`nodes=${nodes}`]),
    ...(user === null ? [] : [`user=${user}`]),
  ];
}

/** The length of Haraka's listen queue, for which it has no setting. */
const harakaBacklog = 511;

function backlogLines({ backlog }: HarakaSettings): string {
  if (backlog === null || backlog <= harakaBacklog) return '';
  return `; PMDF's listen queue had room for ${backlog} connections, Haraka's has room for ${harakaBacklog}.\n\n`;
}

/** Prints smtp.ini. */
export function smtpIniText(settings: HarakaSettings): string {
  const written = smtpIniLines(settings);
  const lineFor = (name: string, example: string): string =>
    written.find((line) => line.startsWith(`${name}=`)) ?? `; ${example}`;
  return `; smtp.ini: where Haraka listens, and how it runs. Changes take effect after a restart.

; Addresses and ports, separated by commas. [::0] is every address, including IPv4; without IPv6 write 0.0.0.0.
; The default is port 25 on every address.
${lineFor('listen', 'listen=[::0]:25')}

${backlogLines(settings)}; The port on which a connection begins with TLS.
${lineFor('smtps_port', 'smtps_port=465')}

; The number of processes that accept mail, or cpus for one per processor.
${settings.nodes === null ? 'nodes=1' : `nodes=${settings.nodes}`}

; Ports below 1024 are opened by root; Haraka then runs as this account, which must be able to read config and to write
; to queue.
${lineFor('user', 'user=haraka')}

; An idle connection is closed after so many seconds.
; inactivity_timeout=300

; Never set ignore_bad_plugins: if a plugin could not be loaded, Haraka would start without that part of the policy.
`;
}

/** Prints smtp_forward.ini. */
export function smtpForwardText({ host, port }: MailHost): string {
  return `; smtp_forward.ini: your mail server, which gets the mail for your own domains.
host=${host}
port=${port}

; TLS to that server, if it offers it.
; enable_tls=true
`;
}

/** Prints the file of the plugin dns-list. */
export function dnsListText({ blockLists }: HarakaSettings): string {
  return `; dns-list.ini: block lists of addresses, checked when a client connects.
[main]
zones=${blockLists.join(',')}
search=first
`;
}

/** A line of config/plugins, commented out unless it is wanted. */
function offered(isWanted: boolean, name: string): string {
  return isWanted ? name : `# ${name}`;
}

/** Whether a port for TLS is required. */
export function wantsTls({ listeners }: HarakaSettings): boolean {
  return listeners.some(({ isTls }) => isTls);
}

/** Prints config/plugins for an install that has none. */
export function pluginsText({ haraka }: Answers): string {
  const isTls = wantsTls(haraka);
  return `# The plugins of this gateway, one name per line. A line that begins with # is a comment.
# \`npx haraka -o -c .\` shows the order in which their hooks run.

# Chooses the channel of each client, by its address.
pmdf/switchchannel

# TLS. It needs a certificate: server-pub.pem and server-priv.pem in config/pmdf.
${offered(isTls, 'tls')}
${offered(isTls, 'pmdf/maytls')}

# AUTH, for channels with the keyword maysaslserver. It needs TLS, and passwords: npx pmdf password set USER
# pmdf/auth

# Who may send to whom.
pmdf/access

# Further checks by Haraka: block lists (dns-list.ini), senders whose domain does not exist.
${offered(haraka.blockLists.length > 0, 'dns-list')}
# mail_from.is_resolvable

# Delivery: to your mail server (smtp_forward.ini), and by channel. pmdf/deliver comes last.
queue/smtp_forward
pmdf/deliver
`;
}
