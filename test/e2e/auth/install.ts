/*
 * An install for AUTH: a channel for each address that clients come from, users with passwords, and TLS.
 */

import { deriveKey } from '../../../runtime/passwords/password-hash.js';
import {
  type PasswordRecord,
  type PasswordRecords,
  printPasswords,
} from '../../../runtime/passwords/password-records.js';
import { makeCertificate } from '../support/certificate.js';
import { type Gateway, type GatewayOptions, startGateway } from '../support/gateway.js';

/** Clients, by the channel that they come in on. */
export const clients = {
  no: '127.0.2.1',
  may: '127.0.3.1',
  must: '127.0.4.1',
  clear: '127.0.5.1',
  stay: '127.0.6.1',
  inside: '127.0.1.5',
} as const;

const rules = `domain.com    $U@domain.com
[127.0.1.]    $U%[127.0.1.$L]@TCP-INTERNAL$E$R
[127.0.2.]    $U%[127.0.2.$L]@TCP-NO$E$R
[127.0.3.]    $U%[127.0.3.$L]@TCP-MAY$E$R
[127.0.4.]    $U%[127.0.4.$L]@TCP-MUST$E$R
[127.0.5.]    $U%[127.0.5.$L]@TCP-CLEAR$E$R
[127.0.6.]    $U%[127.0.6.$L]@TCP-STAY$E$R
.             $U%$H@TCP-DAEMON
`;

const channels = `
l
domain.com

tcp_local smtp mx switchchannel
TCP-DAEMON

tcp_internal smtp mx
TCP-INTERNAL

tcp_no smtp mx nosasl
TCP-NO

tcp_may smtp mx maysasl saslswitchchannel tcp_auth
TCP-MAY

tcp_must smtp mx mustsasl saslswitchchannel tcp_auth
TCP-MUST

tcp_clear smtp mx maysaslserver saslswitchchannel tcp_auth disconnectbadauthlimit 2
TCP-CLEAR

tcp_stay smtp mx maysaslserver disconnectbadauthlimit 1000
TCP-STAY

tcp_auth smtp mx authrewrite maysaslserver
TCP-AUTH

process
PROCESS-DAEMON
`;

/** Its rules and channels. */
export const authCnf: string = rules + channels;

const mappings = `FROM_ACCESS

  TCP|*|SMTP|MAIL|tcp_auth|*|bob@domain.com   $N$<authenticated$ as$ bob|bob$ is$ not$ to$ write
  TCP|*|SMTP|MAIL|tcp_auth|forged@*|*         $Y$J$2

ORIG_SEND_ACCESS

  tcp_auth|*|*|*            $Y
  tcp_internal|*|*|*        $Y
  tcp_*|*|tcp_local|*       $NRelaying$ not$ permitted
`;

/** The text of a password database; hashes are cheap, since tests have many. */
export async function passwordText(users: Readonly<Record<string, string>>): Promise<string> {
  const records = new Map<string, Map<string, PasswordRecord>>();
  const cost = { ln: 10, r: 1, p: 1 };
  const salt = Buffer.from('salt of the tests');
  for (const [name, password] of Object.entries(users)) {
    const [user = '', service = 'DEFAULT'] = name.split(' ');
    const key = await deriveKey(Buffer.from(password), salt, cost, 32);
    const services = records.get(user) ?? new Map<string, PasswordRecord>();
    records.set(user, services.set(service, { user, service, hash: { cost, salt, key } }));
  }
  const all: PasswordRecords = records;
  return printPasswords(all);
}

/** The plugins of an install with AUTH. */
export const authPlugins: readonly string[] = [
  'tls',
  'pmdf/switchchannel',
  'pmdf/auth',
  'pmdf/access',
  'queue/smtp_forward',
  'pmdf/deliver',
];

/** The users, with their passwords. */
export const users = {
  jane: 'apples',
  'bob@domain.com': 'pears',
  'pop POP': 'plums',
  'two DEFAULT': 'one',
  'two SMTP': 'other',
};

/** Starts the gateway; `null` for no password database. */
export async function startAuthGateway(
  options: GatewayOptions & { readonly passwords?: string | null } = {},
): Promise<Gateway> {
  const { passwords, config, ...rest } = options;
  const { key, cert } = await makeCertificate('mail.domain.com');
  const text = passwords === undefined ? await passwordText(users) : passwords;
  return await startGateway({
    plugins: authPlugins,
    cnf: authCnf,
    mappings,
    settings: 'relaying_channels: [tcp_auth, tcp_internal]\nauth: { without_tls: [tcp_clear, tcp_stay] }\n',
    ...rest,
    config: {
      'tls_key.pem': key,
      'tls_cert.pem': cert,
      'tls.ini': '',
      ...(text === null ? {} : { 'pmdf/passwords': text }),
      ...config,
    },
  });
}
