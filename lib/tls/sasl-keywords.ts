/*
 * The `sasl` keywords of a channel, each half separately: as SMTP server and as SMTP client.
 * Ref: PMDF 2.3.4.43; RFC 4954
 */
import { type Reply, reply } from '../smtp/index.js';
import { type Demands, demandOf, type KeywordsInForce } from './tls-keywords.js';

/** Reads the `sasl` keywords. As server: whether AUTH is offered or required; as client: whether it is attempted. */
export function saslOf(keywords: KeywordsInForce): Demands {
  return { server: demandOf(keywords, 'sasl', 'server'), client: demandOf(keywords, 'sasl', 'client') };
}

export const authNotOffered: Reply = reply(502, '5.5.1', 'AUTH is not offered here');

/** The reply to AUTH with a password that would pass in clear. Ref: RFC 4954 6 */
export const authNeedsTls: Reply = reply(
  538,
  '5.7.11',
  'Encryption required for requested authentication mechanism',
);

/** The reply to MAIL where `mustsaslserver` waits for AUTH. */
export const authRequired: Reply = reply(530, '5.7.0', 'No AUTH command has been given.');
