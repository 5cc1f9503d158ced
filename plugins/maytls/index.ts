/*
 * pmdf/maytls: TLS by channel. Clients are offered STARTTLS, refused it or made to use it as the channel of the
 * connection says; mail leaves by TLS as the channel of the delivery says.
 * Ref: PMDF 2.3.4.45
 */
import { joinGateway } from '../support/gateway.js';
import type { HarakaPlugin } from '../support/haraka.js';
import { tellMissing as missingTeller } from '../support/missing.js';

export { pinDenial } from '../support/pin-denial.js';
export { enter, greeted, mail, offer, otherCommand, verify } from './session-tls.js';

/** Registers the hooks; throws when the configuration is broken or this Haraka is not one that we know. */
export function register(this: HarakaPlugin): void {
  joinGateway(this, 'maytls');
  this.register_hook('init_master', 'tellMissing');
  this.register_hook('connect', 'enter', -95);
  this.register_hook('helo', 'greeted', -100);
  this.register_hook('ehlo', 'greeted', -100);
  this.register_hook('capabilities', 'offer', 100);
  this.register_hook('mail', 'mail', -100);
  this.register_hook('vrfy', 'verify', -100);
  this.register_hook('unrecognized_command', 'otherCommand', -100);
  this.register_hook('deny', 'pinDenial', -100);
}

/** Says what this plugin lacks because others are not enabled. */
export const tellMissing = missingTeller('maytls');
