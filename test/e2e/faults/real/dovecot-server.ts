/*
 * A private Dovecot that takes mail by LMTP into Maildirs. Quota and mailbox of each user are in a file that it reads again when the
 * file changes.
 */

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../../support/free-port.js';
import { readIfThere } from '../../support/mta.js';
import { killAllIn, makeServerFolder, startForeground } from '../../support/mta-process.js';
import { requireProgram, requireRoot } from '../../support/program.js';
import { localPart, Mailboxes, type MailServer, type Misbehaviour, mountSmallDisk } from './mail-server.js';

const DISK_MEGABYTES = 8;

function configuration(folder: string, port: number): string {
  return `base_dir = ${folder}/run
state_dir = ${folder}/state
instance_name = ${path.basename(folder)}
log_path = ${folder}/log
protocols = lmtp
ssl = no
mail_location = maildir:${folder}/mail/%n
mail_plugins = quota
first_valid_uid = 1
mail_uid = nobody
mail_gid = nogroup
auth_username_format = %Ln
auth_cache_size = 0
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = passwd-file
  args = ${folder}/users
}
plugin {
  quota = maildir:User quota
  quota_rule = *:bytes=1000000
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${port}
  }
}
`;
}

/** What the user database says of a user. */
function fieldsOf(name: string, isMended: boolean): string {
  if (name.endsWith('-over')) return 'userdb_quota_rule=*:bytes=10';
  if (isMended) return '';
  if (name.endsWith('-full')) return 'userdb_quota_rule=*:bytes=10 userdb_quota_full_tempfail=yes';
  return name.endsWith('-later') ? 'userdb_mail=maildir:/proc/nowhere' : '';
}

/** Starts it; resolves when it greets. Needs root. */
export async function startDovecotServer(): Promise<MailServer> {
  requireRoot();
  const program = requireProgram('/usr/sbin/dovecot');
  const { folder, remove } = makeServerFolder('dovecot-hop', ['mail']);
  const inFolder = (name: string): string => path.join(folder, name);
  const disk = await mountSmallDisk(inFolder('mail'), DISK_MEGABYTES);
  const port = await freePort();
  const log = (): string => readIfThere(inFolder('log'));
  const mailboxes = new Mailboxes(inFolder('mail'));
  let users: readonly string[] = [];
  let how: Misbehaviour = {};
  let isRunning = false;
  // It recognises a changed file by its time in seconds and its size.
  let version = 0;
  const writeUsers = (isMended: boolean): void => {
    version += 1;
    const lines = users.map(
      (name) => `${name}:{PLAIN}x::::${folder}/mail/${name}::${fieldsOf(name, isMended)}\n`,
    );
    writeFileSync(inFolder('users'), `#${'.'.repeat(version)}\n${lines.join('')}`, { mode: 0o644 });
  };
  const start = async (): Promise<void> => {
    await startForeground({ folder, port, program, args: ['-F', '-c', inFolder('dovecot.conf')] });
    isRunning = true;
  };
  const stop = async (): Promise<void> => {
    await killAllIn(folder);
    await disk.unmount();
    await remove();
  };
  try {
    writeFileSync(inFolder('dovecot.conf'), configuration(folder, port));
    writeUsers(true);
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    expect: (addresses) => {
      users = addresses.map(localPart).filter((name) => !name.endsWith('-unknown'));
      mailboxes.make(addresses);
      writeUsers(true);
    },
    misbehave: async (wanted) => {
      how = wanted;
      writeUsers(false);
      if (wanted.isDiskFull === true) await disk.fill();
    },
    mend: async () => {
      if (how.isDiskFull === true) await disk.free();
      how = {};
      writeUsers(true);
      if (!isRunning) await start();
    },
    kill: async () => {
      await killAllIn(folder);
      isRunning = false;
    },
    messagesOf: (address) => mailboxes.messagesOf(address),
    // It has stored a message when it answers.
    settle: () => Promise.resolve(),
    log,
    stop,
  };
}
