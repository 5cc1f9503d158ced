/*
 * A private Sendmail from Debian's own `sendmail.mc` and example access database, which lets 127 relay. Differences
 * from the stock settings: its own folders and port, no saved status of other hosts, no DNS (as in Debian's
 * `service.switch-nodns`, and with it senders of any domain), everything for other hosts to the sink, any local part
 * exists and its mail goes to /dev/null.
 */

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unpackedMtas } from '../../support/programs.js';
import { freePort } from './free-port.js';
import {
  changed,
  DEFAULT_LOCAL_DOMAINS,
  filesBelow,
  MTA_HOST_NAME,
  type Mta,
  type MtaOptions,
  readIfThere,
  untilQueueEmpty,
} from './mta.js';
import { setUpIn, startForeground } from './mta-process.js';
import { requireFile, requireProgram, requireRoot, runProgram, runSuccessfully } from './program.js';
import { readSendmailRoutes } from './sendmail-routes.js';

const TCP_MAILERS = ['SMTP', 'ESMTP', 'SMTP8', 'DSMTP', 'RELAY'];

/** Debian's macro file with our folders; our changes are where the file itself has such settings. */
function macroFile(stock: string, folder: string, port: number, sinkPort: number): string {
  const settings = [
    `define(\`confDOMAIN_NAME', \`${MTA_HOST_NAME}')dnl`,
    `define(\`confSERVICE_SWITCH_FILE', \`${folder}/mail/service.switch')dnl`,
    `define(\`SMART_HOST', \`relay:[127.0.0.1]')dnl`,
    ...TCP_MAILERS.map((mailer) => `define(\`${mailer}_MAILER_ARGS', \`TCP [127.0.0.1] ${sinkPort}')dnl`),
    // A busy machine must not make it refuse connections or leave mail in the queue.
    `define(\`confREFUSE_LA', \`1000')dnl`,
    `define(\`confQUEUE_LA', \`1000')dnl`,
    `define(\`LOCAL_MAILER_PATH', \`/bin/sh')dnl`,
    `define(\`LOCAL_MAILER_ARGS', \`sh ${folder}/discard $u')dnl`,
    `MODIFY_MAILER_FLAGS(\`LOCAL', \`-w')dnl`,
    `FEATURE(\`accept_unresolvable_domains')dnl`,
    // It must not refuse connections or deliver later on a busy machine.
    `define(\`confREFUSE_LA', \`10000')dnl`,
    `define(\`confQUEUE_LA', \`10000')dnl`,
    `define(\`confDELAY_LA', \`10000')dnl`,
  ].join('\n');
  const settingsFolder = `define(\`MAIL_SETTINGS_DIR', \`${folder}/mail/')dnl`;
  const ownFolders = changed(
    stock.replaceAll('/etc/mail/', `${folder}/mail/`),
    /^(?=OSTYPE\(`debian'\))/m,
    `${settingsFolder}\n`,
  );
  const ownPort = changed(
    ownFolders,
    /(?<=^DAEMON_OPTIONS\(`Family=inet, .*Name=MTA-v4, Port=)smtp\b/m,
    String(port),
  );
  const noSubmission = changed(ownPort, /^(?=DAEMON_OPTIONS\(`Family=inet, .*Name=MSP-v4)/m, 'dnl ');
  return changed(noSubmission, /^(?=MAILER_DEFINITIONS$)/m, `${settings}\n`);
}

/** Starts a Sendmail; resolves when it accepts connections. Needs root. */
export async function startSendmail(options: MtaOptions): Promise<Mta> {
  requireRoot();
  const tree = path.join(unpackedMtas(), 'sendmail');
  const program = requireProgram(path.join(tree, 'usr/libexec/sendmail/sendmail'));
  const makemap = requireProgram(path.join(tree, 'usr/libexec/sendmail/makemap'));
  const m4 = requireProgram('/usr/bin/m4');
  const preloaded = requireFile(path.join(tree, 'libnss_wrapper.so'));
  const share = path.join(tree, 'usr/share/sendmail');
  return setUpIn('sendmail', ['mail/m4', 'queue', 'run/mta', 'lib/host_status'], async (folder) => {
    const port = await freePort();
    const inFolder = (...names: readonly string[]): string => path.join(folder, ...names);
    // Sendmail would speak SMTP to a mailer whose arguments lack `$u`.
    writeFileSync(inFolder('discard'), 'cat > /dev/null\n');
    writeFileSync(inFolder('hosts'), `127.0.0.1 ${MTA_HOST_NAME} localhost\n`);
    // Without a dot in the host's name Sendmail sleeps a minute before it reads any configuration.
    const env = {
      ...process.env,
      LD_PRELOAD: preloaded,
      NSS_WRAPPER_HOSTNAME: MTA_HOST_NAME,
      NSS_WRAPPER_HOSTS: inFolder('hosts'),
    };
    for (const name of ['dialup.m4', 'provider.m4']) writeFileSync(inFolder('mail/m4', name), '');
    for (const name of ['aliases', 'trusted-users', 'relay-domains'])
      writeFileSync(inFolder('mail', name), '');
    cpSync(path.join(tree, 'etc/mail/service.switch-nodns'), inFolder('mail/service.switch'));
    const domains = options.localDomains ?? DEFAULT_LOCAL_DOMAINS;
    writeFileSync(inFolder('mail/local-host-names'), `${['localhost', ...domains].join('\n')}\n`);

    const stock = readFileSync(path.join(share, 'cf/debian/sendmail.mc'), 'utf8');
    writeFileSync(inFolder('mail/sendmail.mc'), macroFile(stock, folder, port, options.sinkPort));
    const { stdout } = await runSuccessfully(m4, [inFolder('mail/sendmail.mc')], { cwd: inFolder('mail') });
    const configuration = inFolder('mail/sendmail.cf');
    // Simultaneous deliveries read each other's incomplete host status, and defer mail for the host.
    const noHostStatus = changed(stdout, /^O HostStatusDirectory=.*\n/m, '');
    writeFileSync(
      configuration,
      noHostStatus
        .replaceAll('/var/spool/mqueue', inFolder('queue'))
        .replaceAll('/var/run/sendmail', inFolder('run'))
        .replaceAll('/var/lib/sendmail', inFolder('lib')),
    );
    const access = readFileSync(path.join(share, 'examples/db/access'), 'utf8');
    await runSuccessfully(makemap, ['-C', configuration, 'hash', inFolder('mail/access')], { input: access });
    await runSuccessfully(program, [`-C${configuration}`, '-bi'], { env });

    const use = [`-C${configuration}`, `-OQueueDirectory=${inFolder('queue')}`];
    const args = [...use, `-X${inFolder('mail.log')}`, '-bD'];
    await startForeground({ folder, port, program, args, env });
    const log = (): string => readIfThere(inFolder('mail.log'));
    return {
      port,
      log,
      idle: (timeoutMs) =>
        untilQueueEmpty({ name: 'sendmail', log }, () => filesBelow([inFolder('queue')]), timeoutMs),
      read: (addresses) =>
        readSendmailRoutes(addresses, async (input) => {
          const result = await runProgram(program, [...use, '-bt'], { input, env });
          return result.stdout;
        }),
    };
  });
}
