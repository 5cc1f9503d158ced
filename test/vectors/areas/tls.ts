/*
 * The effect of the `tls` keywords of a channel, in both directions.
 *   input     keyword (or several), tls (whether the session is under TLS already), command
 *   expected  advertised, serverRequires, clientTries, clientRequires, reply, code, status, channelAfterTls
 * `command` is one such as `MAIL FROM before STARTTLS`; `reply` is null if it is not refused.
 */
import { argumentOf } from '../../../lib/channel/channel.js';
import { tlsOf, tlsRequired } from '../../../lib/tls/tls-keywords.js';
import { type Area, computed } from '../area.js';
import { channelWith } from '../engine/channel-line.js';
import { keywordWords, refusal } from '../engine/session-demands.js';

export const tls: Area = (input) => {
  const channel = channelWith('tcp_local', keywordWords(input));
  const { server, client } = tlsOf(channel.keywords);
  const underTls = input.flag('tls');
  const command = input.textOrNull('command');
  return computed({
    advertised: server !== 'no' && !underTls,
    accepted: server !== 'no' && !underTls,
    serverRequires: server === 'must',
    clientTries: client !== 'no',
    clientRequires: client === 'must',
    ...refusal(command, { required: server === 'must', done: underTls, by: 'STARTTLS', reply: tlsRequired }),
    channelAfterTls: argumentOf(channel, 'tlsswitchchannel') ?? channel.name,
  });
};
