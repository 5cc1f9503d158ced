/*
 * A private Dovecot that takes mail by LMTP into Maildirs. It knows its users by the last word of their names; a mailbox that is full
 * has a large message in it, and one that cannot be opened belongs to somebody else, until it is mended.
 */

import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../../support/free-port.js';
import { readIfThere } from '../../support/mta.js';
import { killAllIn, makeServerFolder, startForeground } from '../../support/mta-process.js';
import { requireProgram, requireRoot } from '../../support/program.js';
import {
  Mailboxes,
  type MailServer,
  type Misbehaviour,
  mountSmallDisk,
  type RecipientWord,
  wordOf,
} from './mail-server.js';

const DISK_MEGABYTES = 64;
const QUOTA = 100_000;

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
passdb {
  driver = passwd-file
  args = username_format=%-4.4n ${folder}/users
}
userdb {
  driver = passwd-file
  args = username_format=%-4.4n ${folder}/users
}
plugin {
  quota = maildir:User quota
  quota_rule = *:bytes=${QUOTA}
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${port}
  }
}
`;
}

const USERS = `well:{PLAIN}x::::::
late:{PLAIN}x::::::
full:{PLAIN}x::::::userdb_quota_full_tempfail=yes
over:{PLAIN}x::::::userdb_quota_rule=*:bytes=10
`;

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
  let expected: readonly string[] = [];
  let how: Misbehaviour = {};
  let isRunning = false;
  const addressesOf = (word: RecipientWord): string[] => expected.filter((one) => wordOf(one) === word);
  const largeMessage = (address: string): string =>
    path.join(mailboxes.folderOf(address), 'cur', `1.large,S=${QUOTA}:2,S`);
  const start = async (): Promise<void> => {
    const args = ['-F', '-c', inFolder('dovecot.conf')];
    await startForeground({ folder, port, program, args }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${log().slice(-3000)}`);
    });
    isRunning = true;
  };
  const stop = async (): Promise<void> => {
    await killAllIn(folder);
    await disk.unmount();
    await remove();
  };
  try {
    writeFileSync(inFolder('dovecot.conf'), configuration(folder, port));
    writeFileSync(inFolder('users'), USERS, { mode: 0o644 });
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    expect: (addresses) => {
      expected = addresses;
      mailboxes.make(addresses);
    },
    misbehave: async (wanted) => {
      how = wanted;
      for (const one of addressesOf('full')) writeFileSync(largeMessage(one), 'x'.repeat(QUOTA));
      for (const one of addressesOf('late')) chmodSync(mailboxes.folderOf(one), 0);
      if (wanted.isDiskFull === true) await disk.fill();
    },
    mend: async () => {
      if (how.isDiskFull === true) await disk.free();
      how = {};
      for (const one of addressesOf('full')) {
        rmSync(largeMessage(one), { force: true });
        // The quota is counted again without this file.
        rmSync(path.join(mailboxes.folderOf(one), 'maildirsize'), { force: true });
      }
      for (const one of addressesOf('late')) chmodSync(mailboxes.folderOf(one), 0o777);
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
