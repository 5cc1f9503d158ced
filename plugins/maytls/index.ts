/*
 * pmdf/maytls: TLS by channel. Clients are offered STARTTLS, refused it or required to use it, as the channel of the connection
 * says; mail leaves by TLS as the channel of the delivery says.
 * Ref: PMDF 2.3.4.45
 */
import * as constants from 'haraka-constants';
import type { HarakaPlugin, Next } from '../haraka/index.js';
import { gateway, joinGateway, watchDeliveries } from '../support/index.js';
import { missingForTls } from './check-install.js';
import { watchTls } from './delivery-tls.js';
import { ServerCertificates } from './server-certificates.js';
import { refuseAwaitingCommands } from './session-tls.js';

export { enter, greeted, mail, offer, otherCommand, verify } from './session-tls.js';

let certificates: ServerCertificates | undefined;

/** Registers the hooks; throws when the configuration is broken or this Haraka lacks something. */
export function register(this: HarakaPlugin): void {
  joinGateway(this, 'maytls');
  refuseAwaitingCommands(this);
  this.register_hook('connect', 'enter', -95);
  this.register_hook('helo', 'greeted', -100);
  this.register_hook('ehlo', 'greeted', -100);
  this.register_hook('capabilities', 'offer', 100);
  this.register_hook('mail', 'mail', -100);
  this.register_hook('vrfy', 'verify', -100);
  this.register_hook('unrecognized_command', 'otherCommand', -100);
  certificates = new ServerCertificates(this, gateway().configFolder);
  this.register_hook('init_master', 'checkInstall');
  this.register_hook('init_child', 'checkInstall');
  this.register_hook('send_email', 'leave', -100);
}

/** When all plugins are loaded: without what required TLS needs, Haraka does not start. */
export function checkInstall(this: HarakaPlugin, next: Next): void {
  if (certificates === undefined) throw new Error('pmdf/maytls is used before it is registered');
  certificates.keepDemandsApart();
  const missing = missingForTls(this, gateway().policy, certificates.found);
  if (missing === null) {
    next();
    return;
  }
  process.stderr.write(`${missing}\n`);
  // Core continues after a throw here; a denial ends it.
  next(constants.deny, missing);
}

/** Haraka shuts down gracefully: stops watching files. */
export function shutdown(): void {
  certificates?.close();
}

/** A file of the queue is about to be delivered. */
export const leave = watchDeliveries(watchTls);
