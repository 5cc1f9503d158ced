/*
 * The files of Haraka's own that an install needs, as far as they depend on the answers.
 */
import type { HarakaSettings, Listener } from './dispatcher/haraka-settings.js';
import { type Answers, endpointText, type MailHost } from './site.js';

const anyAddress = '::0';

function listenText({ address, port }: Listener): string {
  return endpointText(address ?? anyAddress, port);
}

/** The lines of smtp.ini that dispatcher.cnf and the options of the command ask for. */
export function smtpIniLines({ listeners, nodes, user }: HarakaSettings): string[] {
  const tlsPort = listeners.find(({ isTls }) => isTls)?.port ?? null;
  return [
    ...(listeners.length === 0 ? [] : [`listen=${listeners.map(listenText).join(',')}`]),
    ...(tlsPort === null ? [] : [`smtps_port=${tlsPort}`]),
    ...(nodes === null ? [] : [`nodes=${nodes}`]),
    ...(user === null ? [] : [`user=${user}`]),
  ];
}

/** The listen queue that Haraka asks for; it has no setting for it. */
const harakaBacklog = 511;

function backlogLines({ backlog }: HarakaSettings): string {
  if (backlog === null || backlog <= harakaBacklog) return '';
  return `; PMDF let ${backlog} connections wait to be taken; Haraka asks for ${harakaBacklog}.\n\n`;
}

/** Writes smtp.ini. */
export function smtpIniText(settings: HarakaSettings): string {
  const written = smtpIniLines(settings);
  const say = (name: string, example: string): string =>
    written.find((line) => line.startsWith(`${name}=`)) ?? `; ${example}`;
  return `; smtp.ini: where Haraka listens, and how it runs. Changes count after a restart.

; Addresses and ports, with commas. [::0] is every address, of IPv4 too; on a host without IPv6 write 0.0.0.0.
; Without this line it is port 25 on every address.
${say('listen', 'listen=[::0]:25')}

${backlogLines(settings)}; The port on which TLS begins at once.
${say('smtps_port', 'smtps_port=465')}

; How many processes take mail: a number, or cpus for one on each processor.
${settings.nodes === null ? 'nodes=1' : `nodes=${settings.nodes}`}

; Ports below 1024 are opened by root; then Haraka goes on as this account, which must be able to read config and to
; write queue.
${say('user', 'user=haraka')}

; Seconds after which a connection without a word is closed.
; inactivity_timeout=300

; Never set ignore_bad_plugins: Haraka would start without a plugin that it cannot load, and so without its policy.
`;
}

/** Writes smtp_forward.ini. */
export function smtpForwardText({ host, port }: MailHost): string {
  return `; smtp_forward.ini: the mail server behind, which gets what is for our own domains.
host=${host}
port=${port}

; TLS to that server, where it offers it.
; enable_tls=true
`;
}

/** Writes the file of the plugin dns-list. */
export function dnsListText({ blockLists }: HarakaSettings): string {
  return `; dns-list.ini: lists of addresses that no mail is taken from, asked when a client connects.
[main]
zones=${blockLists.join(',')}
search=first
`;
}

/** A line of config/plugins that is there for everyone, or may be wanted. */
function offered(isWanted: boolean, name: string): string {
  return isWanted ? name : `# ${name}`;
}

/** Tells whether TLS is asked for. */
export function wantsTls({ listeners }: HarakaSettings): boolean {
  return listeners.some(({ isTls }) => isTls);
}

/** Writes config/plugins for an install that has none. */
export function pluginsText({ haraka }: Answers): string {
  const isTls = wantsTls(haraka);
  return `# The plugins of this gateway. A name stands alone on its line, and a line that begins with # counts for nothing.
# \`npx haraka -o -c .\` shows in which order they are asked.

# Which channel each client comes in on, from its address.
pmdf/switchchannel

# TLS. It needs a certificate: server-pub.pem and server-priv.pem in config/pmdf.
${offered(isTls, 'tls')}
${offered(isTls, 'pmdf/maytls')}

# AUTH, for channels with the keyword maysaslserver. It needs TLS, and passwords: npx pmdf password set USER
# pmdf/auth

# Who may send to whom.
pmdf/access

# Further checks, of Haraka's own: lists of bad addresses (dns-list.ini), senders whose domain does not exist.
${offered(haraka.blockLists.length > 0, 'dns-list')}
# mail_from.is_resolvable

# Delivery: to the mail server behind (smtp_forward.ini), and by channel. pmdf/deliver is the last.
queue/smtp_forward
pmdf/deliver
`;
}
