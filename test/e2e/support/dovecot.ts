/*
 * Dovecot as a message store that takes mail by LMTP: a mailbox for each user in a folder of its own.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.js';
import { leaveNothingBehind } from './last-will.js';
import { requireProgram, requireRoot } from './program.js';
import { until } from './until.js';

const START_LIMIT_MS = 15_000;

/** A running Dovecot. */
export interface Dovecot {
  readonly port: number;
  /** The messages of a user. */
  messagesOf(user: string): readonly string[];
  stop(): Promise<void>;
}

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

async function accepts(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  try {
    await once(socket, 'data');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Starts Dovecot with users: of each, extra fields of the user database, such as a quota. Needs root. */
export async function startDovecot(users: Readonly<Record<string, string>>): Promise<Dovecot> {
  requireRoot();
  const program = requireProgram('/usr/sbin/dovecot');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pmdf-dovecot-'));
  const will = leaveNothingBehind(folder);
  chmodSync(folder, 0o755);
  mkdirSync(path.join(folder, 'mail'));
  chmodSync(path.join(folder, 'mail'), 0o777);
  const port = await freePort();
  const lines = Object.entries(users).map(
    ([name, extra]) => `${name}:{PLAIN}x::::${folder}/mail/${name}::${extra}\n`,
  );
  writeFileSync(path.join(folder, 'users'), lines.join(''), { mode: 0o644 });
  writeFileSync(path.join(folder, 'dovecot.conf'), configuration(folder, port));
  const child: ChildProcess = spawn(program, ['-F', '-c', path.join(folder, 'dovecot.conf')], {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
    will.cancel();
  };
  const log = (): string => {
    const file = path.join(folder, 'log');
    return existsSync(file) ? readFileSync(file, 'utf8') : 'no log';
  };
  try {
    await until(
      () => accepts(port),
      START_LIMIT_MS,
      () => `Dovecot at ${port}: ${log()}`,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    messagesOf: (user) => {
      const inbox = path.join(folder, 'mail', user, 'new');
      return existsSync(inbox)
        ? readdirSync(inbox).map((file) => readFileSync(path.join(inbox, file), 'utf8'))
        : [];
    },
    stop,
  };
}
