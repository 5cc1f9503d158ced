/*
 * Keywords about the SMTP dialogue and the next hop.
 * Ref: PMDF 2.3.4
 */
import { alone, channel, host, integer, type Keyword, lacks, oneOf, word } from './keyword.js';

const nextHop: readonly Keyword[] = [
  ...oneOf('protocol', 'yes', [
    ['smtp', 'Speaks SMTP.'],
    ['smtp_cr', 'Speaks SMTP; a bare CR ends a line too.'],
    ['smtp_crlf', 'Speaks SMTP; only CRLF ends a line.'],
    ['smtp_lf', 'Speaks SMTP; a bare LF ends a line too.'],
    ['smtp_crorlf', 'Speaks SMTP; CR, LF or CRLF ends a line.'],
    ['lmtp', 'Speaks LMTP to the next hop.'],
    ['nosmtp', 'Does not speak SMTP.', { isDefault: true }],
  ]),
  ...oneOf('MX look-up', 'yes', [
    ['mx', 'The MX records of the destination are used.'],
    ['defaultmx', 'MX records are used if the network has them.', { isDefault: true }],
    ['randommx', 'MX records are used, equal ones in random order.'],
    ['nonrandommx', 'MX records are used, equal ones in the order received.'],
    ['nomx', 'MX records are not used.'],
  ]),
  ...oneOf('copies', 'yes', [
    ['multiple', 'One copy may have any recipients.', { isDefault: true }],
    ['single', 'One copy has one recipient.'],
    ['single_sys', 'One copy has recipients of one destination host only.'],
  ]),
  ...alone('yes', [
    ['daemon', 'All mail goes to this host, whatever the address.', { arguments: host }],
    ['lastresort', 'Mail goes to this host when all others fail.', { arguments: host }],
    ['port', 'The TCP port to connect to.', { arguments: integer(1, 65535) }],
    ['interfaceaddress', 'The local address to connect from.', { arguments: word }],
  ]),
  ...oneOf('name servers', 'no', [
    ['nameservers', 'These name servers are queried.', { arguments: { kind: 'addresses' } }],
    ['defaultnameservers', 'The name servers of the system are queried.', { isDefault: true }],
  ]),
  ...oneOf('gateway routing', 'no', [
    ['multigate', 'Mail goes to the gateway that the address names.'],
    ['nomultigate', 'Mail does not go by gateways named in addresses.', { isDefault: true }],
  ]),
  ...oneOf('loop check', 'no', [
    ['loopcheck', 'The server greets itself to notice loops.'],
    ['noloopcheck', 'Loops are not looked for in the dialogue.', { isDefault: true }],
  ]),
  ...alone('no', [
    ['nodns', 'DNS is not queried; host tables are used instead.'],
    ['network', 'The channel connects to other systems; kept from old configurations.'],
    ['local', 'The channel serves this system; kept from old configurations.'],
    ['useintermediate', 'Mail goes to the host that the rewrite rules gave.'],
  ]),
];

const dialogue: readonly Keyword[] = [
  ...oneOf('greeting', 'no', [
    ['checkehlo', 'EHLO is used if the banner says that the server knows it.', { isDefault: true }],
    ['ehlo', 'EHLO is always used.'],
    ['noehlo', 'EHLO is never used.'],
  ]),
  ...oneOf('ETRN as server', 'no', [
    ['allowetrn', 'ETRN is honoured.', { isDefault: true }],
    ['blocketrn', 'ETRN is not honoured.'],
    ['disableetrn', 'ETRN is not offered and not known.'],
    ['domainetrn', 'Only ETRN that names a domain is honoured.'],
    ['silentetrn', 'ETRN is honoured without naming the channel in the reply.'],
  ]),
  ...oneOf('ETRN as client', 'no', [
    ['sendetrn', 'ETRN is sent for this host.', { arguments: host }],
    ['nosendetrn', 'ETRN is not sent.', { isDefault: true }],
  ]),
  ...oneOf('VRFY as server', 'no', [
    ['vrfydefault', 'VRFY is answered as the channel sees fit.', { isDefault: true }],
    ['vrfyallow', 'VRFY is answered in full.'],
    ['vrfyhide', 'VRFY is answered without detail.'],
  ]),
  ...oneOf('VRFY as client', 'no', [
    ['novrfy', 'VRFY is not issued.', { isDefault: true }],
    ['localvrfy', 'VRFY is issued with the local part.'],
    ['domainvrfy', 'VRFY is issued with the whole address.'],
  ]),
  ...oneOf('EXPN', 'no', [
    ['expndefault', 'EXPN is answered as the channel sees fit.', { isDefault: true }],
    ['expnallow', 'EXPN is answered.'],
    ['expndisable', 'EXPN is refused.'],
  ]),
  ...oneOf('eight-bit content', 'no', [
    ['eightnegotiate', 'Eight-bit content is sent where 8BITMIME is offered.', { isDefault: true }],
    ['eightbit', 'Eight-bit content is sent as it is.'],
    ['eightstrict', 'Eight-bit content that was not announced is refused.'],
    ['sevenbit', 'Eight-bit content is encoded.'],
  ]),
  ...oneOf('long lines', 'yes', [
    ['rejectsmtplonglines', 'Messages with lines that are longer than SMTP allows are refused.'],
    ['wrapsmtplonglines', 'Lines longer than SMTP allows are broken.'],
  ]),
  ...oneOf('long lines', 'no', [['truncatesmtplonglines', 'Lines longer than SMTP allows are cut.']]),
  ...oneOf('connection cache', 'no', [
    ['cacheeverything', 'Successes and failures to connect are remembered.', { isDefault: true }],
    ['cachefailures', 'Failures to connect are remembered.'],
    ['cachesuccesses', 'Successes to connect are remembered.'],
    ['nocache', 'Nothing is remembered about connections.'],
  ]),
  ...oneOf('header end', 'no', [
    ['relaxheadertermination', 'A line of blanks ends the header.', { isDefault: true }],
    ['norelaxheadertermination', 'A line of blanks continues the header line before it.'],
  ]),
  ...alone('no', [['streaming', 'How far commands are pipelined.', { arguments: integer(0, 3) }]]),
];

const sessionLimits: readonly Keyword[] = alone('yes', [
  ['transactionlimit', 'Messages allowed in one session.', { arguments: integer() }],
  ['recipientlimit', 'Recipients allowed in one message.', { arguments: integer() }],
  [
    'recipientcutoff',
    'Messages with more recipients than this are refused altogether.',
    { arguments: integer() },
  ],
  [
    'deferralrejectlimit',
    'After this many refused recipients the rest are deferred.',
    { arguments: integer() },
  ],
  ['disconnecttransactionlimit', 'The session ends after this many messages.', { arguments: integer() }],
  ['disconnectrecipientlimit', 'The session ends after this many recipients.', { arguments: integer() }],
  ['disconnectrejectlimit', 'The session ends after this many refused recipients.', { arguments: integer() }],
  [
    'disconnectbadcommandlimit',
    'The session ends after this many unknown commands.',
    { arguments: integer() },
  ],
]);

const otherLimits: readonly Keyword[] = lacks('limits', [
  ...alone('no', [
    ['disconnectcommandlimit', 'The session ends after this many commands.', { arguments: integer() }],
    ['alternatechannel', 'Where mail over an alternate limit goes.', { arguments: channel }],
    ['alternateblocklimit', 'The size from which the alternate channel is used.', { arguments: integer() }],
    ['alternatelinelimit', 'The lines from which the alternate channel is used.', { arguments: integer() }],
    [
      'alternaterecipientlimit',
      'The recipients from which the alternate channel is used.',
      { arguments: integer() },
    ],
  ]),
]);

export const smtpKeywords: readonly Keyword[] = [...nextHop, ...dialogue, ...sessionLimits, ...otherLimits];
