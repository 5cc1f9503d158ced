/*
 * A private Exim that accepts mail only from authenticated clients: PLAIN and LOGIN under TLS, CRAM-MD5 always.
 */

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { unpackedMtas } from '../../../support/programs.js';
import type { Certificate } from '../../support/certificate.js';
import { freePort } from '../../support/free-port.js';
import { filesBelow, type Mta, readIfThere, untilQueueEmpty } from '../../support/mta.js';
import { setUpIn, startForeground } from '../../support/mta-process.js';
import { requireProgram, requireRoot, runSuccessfully } from '../../support/program.js';
import type { Login } from './sasl-server.js';

function configuration(folder: string, port: number, { user, password }: Login): string {
  const right = (name: string, secret: string): string =>
    `\${if and{{eq{${name}}{${user}}}{eq{${secret}}{${password}}}}}`;
  return `primary_hostname = mx.example
local_interfaces = 127.0.0.1.${port}
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path = ${folder}/exim.pid
tls_advertise_hosts = *
tls_certificate = ${folder}/etc/cert.pem
tls_privatekey = ${folder}/etc/key.pem
auth_advertise_hosts = *
acl_smtp_mail = authenticated
acl_smtp_rcpt = accept

begin acl

authenticated:
  deny
    !authenticated = *
    message = authenticate first
  accept

begin routers

all:
  driver = accept
  transport = away

begin transports

away:
  driver = appendfile
  file = /dev/null
  user = Debian-exim

begin authenticators

plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${right('$auth2', '$auth3')}
  server_set_id = $auth2
  server_advertise_condition = \${if def:tls_in_cipher}

login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${right('$auth1', '$auth2')}
  server_set_id = $auth1
  server_advertise_condition = \${if def:tls_in_cipher}

cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = \${if eq{$auth1}{${user}}{${password}}fail}
  server_set_id = $auth1
`;
}

/** Starts the Exim; resolves when it accepts connections. Needs root. */
export async function startEximWithAuth(login: Login, { key, cert }: Certificate): Promise<Mta> {
  requireRoot();
  const program = requireProgram(path.join(unpackedMtas(), 'exim', 'usr/sbin/exim4'));
  return setUpIn('exim', ['etc', 'spool', 'log'], async (folder) => {
    const port = await freePort();
    const inFolder = (...names: readonly string[]): string => path.join(folder, ...names);
    writeFileSync(inFolder('etc', 'key.pem'), key);
    writeFileSync(inFolder('etc', 'cert.pem'), cert);
    writeFileSync(inFolder('exim.conf'), configuration(folder, port, login));
    const owned = [inFolder('spool'), inFolder('log'), inFolder('etc', 'key.pem')];
    await runSuccessfully('/bin/chown', ['Debian-exim:Debian-exim', ...owned]);
    await startForeground({ folder, port, program, args: ['-C', inFolder('exim.conf'), '-bdf'] });
    const log = (): string => readIfThere(inFolder('log', 'mainlog'));
    return {
      port,
      log,
      idle: (timeoutMs) =>
        untilQueueEmpty({ name: 'exim', log }, () => filesBelow([inFolder('spool', 'input')]), timeoutMs),
      read: () => Promise.reject(new Error('this Exim reads no addresses')),
    };
  });
}
