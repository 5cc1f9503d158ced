/*
 * The hook send_email: a file of the queue is about to be delivered. Its channel is found first, since it decides on TLS and
 * AUTH.
 */
import * as constants from 'haraka-constants';
import {
  causeOf,
  type HarakaPlugin,
  type Next,
  type OutboundMail,
  outboundMailOf,
  type Watcher,
  watchMail,
} from '../haraka/index.js';
import { gateway } from './gateway.js';
import { awaitsSecondPass, findChannel, knownChannel, settleChannel } from './outbound-channel.js';

/** Seconds until the next attempt of mail whose delivery could not be prepared. */
const delaySeconds = 60;

async function prepare(plugin: HarakaPlugin, file: unknown, watcher: Watcher): Promise<void> {
  const mail = outboundMailOf(file);
  if (knownChannel(mail) === null && !awaitsSecondPass(mail)) {
    settleChannel(mail, await findChannel(gateway().policy, mail));
  }
  watchMail(plugin, mail, watcher);
}

/** The channel that a file leaves on; throws where it is not known. */
export function channelOfFile(mail: OutboundMail): string {
  const channel = knownChannel(mail);
  if (channel === null) throw new Error('the channel of the message is not known');
  return channel;
}

/** Makes the hook, which has all attempts of a file watched. A failure delays the file. */
export function watchDeliveries(watcher: Watcher): (this: HarakaPlugin, next: Next, mail: unknown) => void {
  return function (next, mail) {
    prepare(this, mail, watcher).then(
      () => next(),
      (error: unknown) => {
        this.logerror(`delivery is delayed after an internal error: ${causeOf(error)}`);
        next(constants.delay, delaySeconds);
      },
    );
  };
}
