/*
 * Keywords that Messaging Server adds to PMDF's. None of them is honoured: what each is about does not exist here, and
 * `lacks` says what a site that relied on it has to replace.
 * Ref: Messaging Server 6.3 Administration Reference, Channel Configuration Keywords
 */
import {
  alone,
  channel,
  host,
  integer,
  type Keyword,
  type KeywordRow,
  lacks,
  oneOf,
  word,
} from './keyword.js';

const none = 'A keyword of Messaging Server that has no effect here.';

function plain(...names: readonly string[]): KeywordRow[] {
  return names.map((name) => [name, none]);
}

function withWord(...names: readonly string[]): KeywordRow[] {
  return names.map((name) => [name, none, { arguments: word }]);
}

function withInteger(...names: readonly string[]): KeywordRow[] {
  return names.map((name) => [name, none, { arguments: integer() }]);
}

const slots = ['', '1', '2', '3', '4', '5', '6', '7', '8'];

const filters: readonly Keyword[] = lacks('filters', [
  ...alone('no', [
    ...plain(...slots.flatMap((slot) => [`sourcespamfilter${slot}`, `destinationspamfilter${slot}`])),
    ...withWord(
      ...slots.flatMap((slot) => [`sourcespamfilter${slot}optin`, `destinationspamfilter${slot}optin`]),
    ),
    ...plain(
      ...slots
        .slice(1)
        .flatMap((slot) => [`disablesourcespamfilter${slot}`, `disabledestinationspamfilter${slot}`]),
    ),
    ...plain('sourcebrightmail', 'destinationbrightmail'),
    ...withWord('sourcebrightmailoptin', 'destinationbrightmailoptin'),
    ...withWord('dispositionfilter', 'sourcenosolicit', 'destinationnosolicit', 'sourceconversiontag'),
    ...withInteger('deliveryflags'),
    ...plain('generatemessagehash', 'keepmessagehash', 'deletemessagehash'),
  ]),
]);

const senders: readonly Keyword[] = lacks('senders', [
  ...alone('no', [
    ...plain('addresssrs', 'noaddresssrs', 'destinationsrs', 'nodestinationsrs', 'sourcesrs', 'nosourcesrs'),
    ...plain('headerdecodesrs', 'noheaderdecodesrs', 'dkimignore', 'dkimpreserve', 'dkimremove'),
  ]),
]);

const limits: readonly Keyword[] = lacks('limits', [
  ...alone('no', [
    ...withInteger('disconnectbadburllimit', 'futurerelease', 'headerlimit', 'parameterlengthlimit'),
    ...withInteger('nameparameterlengthlimit'),
    ...plain('noheaderlimit'),
  ]),
]);

const users: readonly Keyword[] = lacks('directory', [
  ...alone('no', [
    ['userswitchchannel', 'The directory entry of the sender names the source channel.'],
    ['nouserswitchchannel', 'The directory entry of the sender does not name the source channel.'],
    ...withWord('externalidentity', 'aliasoptindetourhost'),
    ['aliasdetourhost', 'Expanded aliases are sent through this host.', { arguments: host }],
    ['aliasmagic', 'The order in which sources of aliases are consulted.', { arguments: integer() }],
    ...plain('saslpassauth', 'nosaslpassauth'),
  ]),
  ...oneOf('authenticated host', 'no', [
    ['authhost', 'Bare addresses are completed with the domain of the authenticated user.'],
    ['noauthhost', 'The authenticated user does not complete bare addresses.', { isDefault: true }],
  ]),
]);

const credentials: readonly Keyword[] = lacks('credentials', [
  ...alone('no', withWord('authusername', 'authpassword')),
]);

/** Others that no mail depends on. */
const others: readonly Keyword[] = lacks('others', [
  ...alone('no', [
    ...plain('submit', 'notaryrequired', 'flagtransfer', 'noflagtransfer', 'headerkeeporder'),
    ...plain('deferreddestination', 'nodeferreddestination', 'deferredsource', 'nodeferredsource'),
    ...plain('enqueue_removeroute', 'enqueueremoveroute', 'dequeueremoveroute', 'nodequeue_removeroute'),
    ...plain('interpretmessageencoding', 'ignoremessageencoding'),
    ...plain('interpretmultipartencoding', 'ignoremultipartencoding'),
    ...plain('parameterformatdefault', 'parameterformatminimizeencoding', 'service', 'noservice'),
    ...plain('sharedqueue', 'utf8header', 'utf8negotiate', 'utf8strict', 'utf8none', 'preservesmtplonglines'),
    ...plain('acceptpermanentfailures', 'acceptalltemporaryfailures'),
    ...withInteger('logheader', 'tracking', 'mtprioritiesallowed', 'mtprioritiesrequired', 'messagecount'),
    ...withWord('caption', 'nonurgentpool', 'tlsciphers', 'languages'),
    ['dispositionchannel', 'The channel that receipts are made on.', { arguments: channel }],
    ['notificationchannel', 'The channel that notices are made on.', { arguments: channel }],
  ]),
  ...oneOf('CHUNKING as server', 'no', [
    ['chunkingserver', 'BDAT is offered.'],
    ['nochunkingserver', 'BDAT is not offered.'],
  ]),
  ...oneOf('CHUNKING as client', 'no', [
    ['chunkingclient', 'BDAT is used where offered.'],
    ['nochunkingclient', 'BDAT is not used.'],
  ]),
]);

export const messagingServerKeywords: readonly Keyword[] = [
  ...filters,
  ...senders,
  ...limits,
  ...users,
  ...credentials,
  ...others,
];
