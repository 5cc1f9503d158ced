/*
 * The effect of the `sasl` keywords of a channel, in both directions.
 *   input     keyword (or several), command, authenticated
 *   expected  ehloOffersAuth, serverRequires, clientTries, clientRequires, reply, code, status, channelAfterAuth
 * `command` is one such as `MAIL FROM before AUTH`; `reply` is null if it is not refused.
 */
import { argumentOf } from '../../../lib/channel/channel.js';
import { authRequired, saslOf } from '../../../lib/tls/sasl-keywords.js';
import { type Area, computed } from '../area.js';
import { channelWith } from '../engine/channel-line.js';
import { keywordWords, refusal } from '../engine/session-demands.js';

export const sasl: Area = (input) => {
  const channel = channelWith('tcp_local', keywordWords(input));
  const { server, client } = saslOf(channel.keywords);
  const command = input.textOrNull('command');
  const done = input.flag('authenticated');
  return computed({
    ehloOffersAuth: server !== 'no',
    advertised: server !== 'no',
    serverRequires: server === 'must',
    clientTries: client !== 'no',
    clientRequires: client === 'must',
    ...refusal(command, { required: server === 'must', done, by: 'AUTH', reply: authRequired }),
    channelAfterAuth: argumentOf(channel, 'saslswitchchannel') ?? channel.name,
  });
};
