/*
 * Keywords about who the client is: channel switching, reverse names, SASL and TLS.
 * `maytls` is `maytlsserver` and `maytlsclient` together, so that the halves combine freely; `sasl` likewise.
 * Ref: PMDF 2.3.4.40-45
 */
import { alone, bothOf, channel, integer, type Keyword, oneOf, optionalInteger, word } from './keyword.js';

const switching: readonly Keyword[] = [
  ...oneOf('channel switching', 'yes', [
    ['switchchannel', 'The server tries to replace this channel by the one that the client belongs to.'],
    ['allowswitchchannel', 'Clients may be switched to this channel.', { isDefault: true }],
    ['noswitchchannel', 'Clients are switched neither from this channel nor to it.'],
  ]),
  ...oneOf('switching after AUTH', 'yes', [
    ['saslswitchchannel', 'After AUTH the source channel becomes the one named.', { arguments: channel }],
    ['nosaslswitchchannel', 'AUTH does not change the source channel.', { isDefault: true }],
  ]),
  ...alone('yes', [
    ['tlsswitchchannel', 'After STARTTLS the source channel becomes the one named.', { arguments: channel }],
  ]),
];

const reverseNames: readonly Keyword[] = [
  ...oneOf('reverse name', 'yes', [
    ['identnone', 'The name of the client is looked up, and may switch the channel.', { isDefault: true }],
    ['identnonelimited', 'The name of the client is looked up, but only its address switches the channel.'],
    ['identnonenumeric', 'The name of the client is not looked up.'],
    ['identnonesymbolic', 'As `identnone`, but the address is left out of Received.'],
    ['identtcp', 'As `identnone`; the IDENT query of older editions is not made.'],
    ['identtcplimited', 'As `identnonelimited`; the IDENT query of older editions is not made.'],
    ['identtcpnumeric', 'As `identnonenumeric`; the IDENT query of older editions is not made.'],
    ['identtcpsymbolic', 'As `identnonesymbolic`; the IDENT query of older editions is not made.'],
  ]),
  ...oneOf('forward confirmation', 'yes', [
    ['forwardchecknone', 'The name of a client counts without being confirmed.', { isDefault: true }],
    ['forwardchecktag', 'A name that does not lead back to the client is marked and does not count.'],
    ['forwardcheckdelete', 'A name that does not lead back to the client is dropped.'],
  ]),
  ...oneOf('sender domain', 'yes', [
    ['mailfromdnsverify', 'The domain of MAIL FROM must exist in DNS.'],
    ['nomailfromdnsverify', 'The domain of MAIL FROM is not looked up.', { isDefault: true }],
  ]),
  ...alone('yes', [['spfhelo', 'SPF is checked at HELO and EHLO.']]),
  ...oneOf('SPF of the sender', 'yes', [
    ['spfnone', 'SPF of the sender is not checked.', { isDefault: true }],
    ['spfmailfrom', 'SPF is checked at MAIL FROM.'],
    ['spfrcptto', 'SPF is checked at RCPT TO.'],
  ]),
];

const sasl: readonly Keyword[] = [
  ...oneOf('SASL as server', 'yes', [
    ['nosaslserver', 'AUTH is not offered.', { isDefault: true }],
    ['maysaslserver', 'AUTH is offered.'],
    ['mustsaslserver', 'AUTH is offered, and no mail is accepted without it.'],
  ]),
  ...oneOf('SASL as client', 'yes', [
    ['nosaslclient', 'AUTH is not attempted.', { isDefault: true }],
    ['maysaslclient', 'AUTH is attempted where it is offered.'],
    ['mustsaslclient', 'Mail is not sent without AUTH.'],
  ]),
  ...bothOf(['SASL as server', 'SASL as client'], 'yes', [
    ['nosasl', 'AUTH is neither offered nor attempted.', { halves: ['nosaslserver', 'nosaslclient'] }],
    ['maysasl', 'AUTH is offered and attempted.', { halves: ['maysaslserver', 'maysaslclient'] }],
    ['mustsasl', 'AUTH is required in both directions.', { halves: ['mustsaslserver', 'mustsaslclient'] }],
  ]),
  ...oneOf('AUTH in headers', 'yes', [
    [
      'authrewrite',
      'The authenticated sender is named in the Sender header line; with 0 it is not.',
      { arguments: optionalInteger(0, 65_535) },
    ],
    ['noauthrewrite', 'The authenticated sender is not named in the header.', { isDefault: true }],
  ]),
  ...oneOf('old Exchange dialect', 'yes', [
    ['msexchange', 'The old forms of AUTH and TLS that Exchange spoke are offered too.'],
    ['nomsexchange', 'Only the standard forms are offered.', { isDefault: true }],
  ]),
  ...alone('yes', [
    ['client_auth', 'The section of security.cnf with the credentials to send.', { arguments: word }],
  ]),
  ...alone('no', [['explicitsaslexternal', 'SASL EXTERNAL is used only where requested.']]),
  ...alone('yes', [
    [
      'disconnectbadauthlimit',
      'The session ends after this many failed AUTH commands; 3 when not given.',
      { arguments: integer(1) },
    ],
  ]),
];

const tls: readonly Keyword[] = [
  ...oneOf('TLS as server', 'yes', [
    ['notlsserver', 'STARTTLS is not offered.', { isDefault: true }],
    ['maytlsserver', 'STARTTLS is offered.'],
    ['musttlsserver', 'STARTTLS is offered, and no mail is accepted without it.'],
  ]),
  ...oneOf('TLS as client', 'yes', [
    ['notlsclient', 'STARTTLS is never issued.', { isDefault: true }],
    ['maytlsclient', 'STARTTLS is issued where it is offered.'],
    ['musttlsclient', 'Mail is not sent without TLS.'],
  ]),
  ...bothOf(['TLS as server', 'TLS as client'], 'yes', [
    ['notls', 'STARTTLS is neither offered nor issued.', { halves: ['notlsserver', 'notlsclient'] }],
    [
      'maytls',
      'STARTTLS is offered, and issued where offered.',
      { halves: ['maytlsserver', 'maytlsclient'] },
    ],
    ['musttls', 'TLS is required in both directions.', { halves: ['musttlsserver', 'musttlsclient'] }],
  ]),
];

export const sessionKeywords: readonly Keyword[] = [...switching, ...reverseNames, ...sasl, ...tls];
