/*
 * Shared by tests of AUTH towards servers: the credentials of this host, and a message from an internal client.
 */

import assert from 'node:assert/strict';
import { sampleMessage } from '../../support/deliver.js';
import type { Gateway } from '../../support/gateway.js';
import { connect } from '../../support/smtp-client.js';
import type { Login } from './sasl-server.js';

const OURS = '127.0.1.5';
/** The plugins of an install that sends. */
export const plugins = [
  'pmdf/switchchannel',
  'pmdf/maytls',
  'pmdf/auth',
  'pmdf/access',
  'queue/smtp_forward',
  'pmdf/deliver',
];

/** The credentials of the section DEFAULT; the password has every character that could be misread. */
export const login: Login = { user: 'gateway', password: 'sesame=open !\\' };
/** The credentials of LONG. */
export const longLogin: Login = { user: 'long', password: 'x'.repeat(400) };

/** A security.cnf in which the password of DEFAULT is the one given. */
export function securityFor(password: string): string {
  return `! who we are to others
[CLIENT_AUTH=DEFAULT]
USER=${login.user}
PASSWORD=${password}

[client_auth=ordered]
user = ${login.user}
password = ${password}
mechanisms = login, PLAIN

[CLIENT_AUTH=LONG]
USER=${longLogin.user}
PASSWORD=${longLogin.password}
`;
}

/** Sends a message from inside through the gateway. */
export async function send(gateway: Gateway, to: string): Promise<void> {
  const client = await connect({ port: gateway.port, localAddress: OURS });
  await client.ehlo();
  assert.equal((await client.mail('a@domain.com')).code, 250);
  assert.equal((await client.rcpt(to)).code, 250);
  assert.equal((await client.data(sampleMessage('sasl'))).code, 250);
  await client.quit();
}

/** Every form in which a password could appear. */
export function forms({ user, password }: Login): readonly string[] {
  return [
    password,
    Buffer.from(password).toString('base64'),
    Buffer.from(`\0${user}\0${password}`).toString('base64'),
  ];
}
