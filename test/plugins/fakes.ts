/*
 * Fakes of the objects that Haraka passes to hooks, with just the parts that the code under test uses.
 */
import type { QueueParts } from '../../plugins/haraka/queue/outbound-queue.js';
import type { HarakaAddress, HarakaConnection, HarakaPlugin } from '../../plugins/haraka/types.js';

/** A plugin of the given name; its log goes nowhere. */
export function fakePlugin(name: string): HarakaPlugin {
  const nothing = (): void => undefined;
  return {
    name,
    timeout: 30,
    config: { root_path: '/', get: nothing },
    register_hook: nothing,
    haraka_require: nothing,
    loginfo: nothing,
    lognotice: nothing,
    logwarn: nothing,
    logerror: nothing,
    logcrit: nothing,
  };
}

/** A connection that collects what is logged as an error. */
export function fakeConnection(errors: string[] = []): HarakaConnection {
  const nothing = (): void => undefined;
  return {
    uuid: 'A',
    remote: { ip: '192.0.2.1', port: 4000, host: null },
    local: { ip: '203.0.113.25', port: 25 },
    hello: { host: null, verb: null },
    tls: { enabled: false },
    esmtp: false,
    notes: {},
    results: { add: nothing },
    relaying: false,
    transaction: null,
    rcpt_count: { accept: 0, tempfail: 0, reject: 0 },
    get: nothing,
    set: nothing,
    respond: nothing,
    disconnect: nothing,
    auth_results: nothing,
    loginfo: nothing,
    lognotice: nothing,
    logerror: (_plugin, message) => errors.push(String(message)),
  };
}

/** The recipient `user@domain.com` as a Haraka address. */
export function fakeAddress(user: string): HarakaAddress {
  const address = `${user}@domain.com`;
  return { user, host: 'domain.com', original: `<${address}>`, address, format: () => `<${address}>` };
}

/** The parts of a queue that write files, for tests that write none. */
export const notWritten: Pick<QueueParts, 'show' | 'write' | 'folder'> = {
  show: async ({ text }) => text,
  write: () => Promise.reject(new Error('no queue file is written here')),
  folder: { wait: () => Promise.resolve() },
};
