/*
 * pmdf/maytls: TLS by channel. Clients are offered STARTTLS, refused it or made to use it as the channel of the
 * connection says; mail leaves by TLS as the channel of the delivery says.
 * Ref: PMDF 2.3.4.45
 */
import * as constants from 'haraka-constants';
import { checkOutbound } from '../haraka/delivery/outbound-mail.js';
import type { HarakaPlugin, Next } from '../haraka/types.js';
import { configFolder, gateway } from '../support/gateway.js';
import { joinGateway } from '../support/join-gateway.js';
import { tellMissing as missingTeller } from '../support/missing.js';
import { watchDeliveries } from '../support/watch-delivery.js';
import { missingForTls } from './check-install.js';
import { watchTls } from './delivery-tls.js';
import { openServerCertificates, type ServerCertificates } from './server-certificates.js';

export { pinDenial } from '../support/pin-denial.js';
export { enter, greeted, mail, offer, otherCommand, verify } from './session-tls.js';

let certificates: ServerCertificates | undefined;

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
  checkOutbound(this, 'maytls');
  certificates = openServerCertificates(this, configFolder(this));
  this.register_hook('init_master', 'checkInstall');
  this.register_hook('init_child', 'checkInstall');
  this.register_hook('send_email', 'leave', -100);
}

/** When all plugins are loaded: where TLS is a must it must be possible, or Haraka does not start. */
export function checkInstall(this: HarakaPlugin, next: Next): void {
  if (certificates === undefined) throw new Error('pmdf/maytls is used before it registered');
  certificates.keepDemandsApart();
  const missing = missingForTls(this, gateway().policy, certificates.found);
  if (missing === null) {
    next();
    return;
  }
  process.stderr.write(`${missing}\n`);
  // Core goes on after a throw here; a denial ends it.
  next(constants.deny, missing);
}

/** Haraka shuts down gracefully: nothing is watched any more. */
export function shutdown(): void {
  certificates?.close();
}

/** A file of the queue is about to be delivered. */
export const leave = watchDeliveries(watchTls);

/** Says what this plugin lacks because others are not enabled. */
export const tellMissing = missingTeller('maytls');
