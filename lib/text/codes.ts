/*
 * Every diagnostic there is: its code and, in one sentence or two, what it means and how to mend it.
 * docs/diagnostics.md is made from this list; a test holds both and the tests of each code together.
 * One section for each area, in the order of the floors.
 */

import { lintCodes } from './lint-codes.js';

export const diagnosticCodes = {
  // files
  'file/blank-line': 'A line reads `<blank line>`, which is how manuals print an empty line.',
  'file/include-loop': 'A file includes itself, directly or through others; the chain is shown.',
  'file/include-depth': 'Files may include files three levels deep; flatten the outermost ones.',
  'file/include-missing': 'An included file does not exist or cannot be read.',
  'file/include-name': 'A line with `<` names no file.',
  'file/missing': 'A file that the configuration needs does not exist or cannot be read.',
  'file/encoding': 'A file is not valid UTF-8; the place of the first bad byte is shown.',
  'file/long-line':
    'A line of a file is longer than 1048576 characters, or lines that are continued make one of more than 16777216.',
  'file/open-continuation': 'The last line of a file ends in a backslash, so its continuation is missing.',
  // access
  'access/unknown-flag':
    'A template sets a flag that its access table does not know; a literal dollar sign is written `$$`.',
  'access/unknown-input-flag': 'A template tests an input flag that is never set for its access table.',
  'access/flag-not-provided':
    'A template sets a flag that needs something that is not provided here; take the flag out of the template.',
  'access/flag-without-effect':
    'A template sets a flag that can have no effect with the rest of the configuration.',
  'access/permit-and-reject': 'A template both permits and rejects; the rejection counts.',
  'access/port-text-without-code':
    'The text of a PORT_ACCESS rejection is sent as it is and so begins with an SMTP code; without one the client gets 554 5.7.1.',

  // channel
  'channel/name':
    'A channel name has 1 to 32 characters: lower-case letters, digits, `_`, `$` and, after the first, `-`.',
  'channel/line-end':
    'A backslash with blanks after it does not continue the line, and `!` among the keywords of a channel does not begin a comment.',
  'channel/ignored-keyword':
    'Keywords ask for something that is not done here; there is one warning for each kind, which names them all.',
  'channel/auth-rewrite':
    'With this value `authrewrite` asks for something that is not done here; the headers stay as they are.',
  'channel/unknown-keyword':
    'A word on the first line of a channel block is no keyword; PMDF takes it as a group id. Mend the spelling, or leave it.',
  'channel/argument-missing': 'A keyword needs an argument, and none follows it.',
  'channel/argument': 'The argument of a keyword is not of the kind that the keyword needs.',
  'channel/argument-is-keyword':
    'A keyword stands where another keyword has its argument, so it is taken as the argument; put it in double quotes if that is meant.',
  'channel/open-quote': 'A word begins with a double quote that is never closed on its line.',
  'channel/contradiction':
    'Two keywords on one line decide the same setting, or one keyword is said twice; the later one counts.',
  'channel/no-official-host': 'A channel block has no second line with the official host name.',
  'channel/host-name': 'A host name in a channel block contains a character that no host name has.',
  'channel/missing-blank-line':
    'A line of host names looks like the first line of the next channel block; blocks are separated by a blank line.',
  'channel/ignored-line': 'A `defaults` or `nodefaults` block holds something that is not used.',
  'channel/duplicate-channel': 'Two channels have the same name.',
  'channel/duplicate-host':
    'A host name occurs twice in the channel table, where each belongs to one channel only.',
  'channel/local-missing': 'There is no local channel; the first channel block is to be `l`.',
  'channel/local-first':
    'A channel block stands before the local channel; only `defaults` and `nodefaults` may.',
  'channel/reserved-name': 'PMDF reserves this channel name for a program that this product does not have.',
  'channel/directory':
    'Directory channels are not supported; use the general database, aliases or a FORWARD table.',
  'channel/unknown-channel': 'A keyword names a channel that does not exist.',

  // forwarding
  'alias/no-colon': 'A line of the alias file has no colon; an alias is written `name: address, address`.',
  'alias/name': 'The name of an alias is one word or a quoted text, with the colon right behind it.',
  'alias/no-value': 'An alias stands for nothing; write addresses behind the colon.',
  'alias/empty-value': 'A comma has no address behind it.',
  'alias/missing-comma': 'The values of an alias go on in the next line, but no comma ends the line before.',
  'alias/stray-line':
    'A line begins with a blank and so goes on with an alias, but there is none before it; a blank line ends an alias.',
  'alias/address': 'A value of an alias, or a line of a list file, is not an address.',
  'alias/parameter': 'A value of an alias begins with a bracket and is no named parameter `[NAME] value`.',
  'alias/duplicate': 'Two aliases have the same name; case does not count.',
  'alias/not-provided':
    'PMDF or other mail servers know this value of an alias, but parameters of lists, LDAP URLs, programs and files are not provided here.',
  'forwarding/unknown-flag':
    'A template of FORWARD or REVERSE sets a flag that the table does not know; a literal dollar sign is written `$$`.',
  'forwarding/flag-not-provided':
    'A template of REVERSE sets a flag that registers addresses, which is not provided here.',
  'forwarding/unknown-input-flag': 'A template tests an input flag that is never set for FORWARD or REVERSE.',
  'forwarding/flag-without-effect':
    'A template of FORWARD or REVERSE sets a flag that does nothing without `$Y`, or without the database it asks.',
  'forwarding/expand-channel':
    'The keyword `expandlimit` needs a channel that takes up what is not expanded at once: `reprocess`, which has to be there, or `expandchannel process`.',

  // dispatcher
  'dispatcher/line':
    'A line of dispatcher.cnf is no option (`OPTION=value`), no section, no include and no comment.',
  'dispatcher/section': 'A section of dispatcher.cnf begins with `[SERVICE=name]`.',
  'dispatcher/unknown-option': 'PMDF has no such option in dispatcher.cnf; it is left out.',
  'dispatcher/value': 'The value of an option is not of the kind that the option has.',
  'dispatcher/duplicate':
    'An option or a section comes a second time where one is meant; the last one counts.',
  'dispatcher/no-counterpart':
    'Haraka has nothing that this option could be read into; the hint says what there is in its place.',
  'dispatcher/other-service': 'A service speaks something other than SMTP, so Haraka cannot serve it.',
  'dispatcher/listener':
    'A port cannot be listened on as it is written; Haraka has one port that begins with TLS.',
  'dispatcher/no-smtp': 'There is no service in dispatcher.cnf that listens for SMTP.',

  // cnf
  'cnf/no-rules':
    'There is no rewrite rule before the first blank line, which ends the rules; all that follows is read as channel blocks.',
  'cnf/no-channels':
    'There is no channel block: no blank line follows the rewrite rules, or nothing follows it.',

  // runtime
  'file/not-a-file': 'A name that should be a file is a folder, a pipe, a socket or a device.',
  'file/cut': 'A changed file is not written to its end, or has lost its end; the policy in force stays.',
  'file/too-large': 'A file is larger than such a file may be; a large table belongs into a database.',

  // database
  'database/no-key': 'A line of a database begins with a blank, so it has no key; remove the blank.',
  'database/no-value': 'A line of a database has a key and no value; write `key value`, or remove the line.',
  'database/open-quote': 'A quotation mark in a key of a database is not closed on its line.',
  'database/long-line': 'A line of a database is longer than 16384 characters.',
  'database/duplicate-key':
    'A key stands twice in a database, without regard to case. An error when the values differ, since only one of them can be meant.',
  'database/looks-cut':
    'A changed text database looks cut off: it is empty, has fewer than half of its entries, is the beginning of what it was, or its last line has no line end. Its old entries are used until it has been unchanged for ten seconds.',
  'database/damaged': 'A CDB file is cut short or is no CDB file; make it again with `pmdf crdb`.',

  // settings
  'yaml/syntax':
    'The settings file is not YAML from this place on; often text that begins with a sign lacks its quotes.',
  'yaml/duplicate-key': 'A key is given twice in one mapping; both places are shown.',
  'yaml/documents': 'The settings file holds more than one YAML document.',
  'yaml/alias': 'Anchors (`&name`) and aliases (`*name`) are not provided; text that begins so needs quotes.',
  'yaml/tag': 'Type tags (`!!str`) are not provided; text that begins with `!` needs quotes.',
  'yaml/key': 'A list or a mapping stands where a key belongs.',
  'settings/unknown-key': 'A setting has a name that is not known here; the nearest one is suggested.',
  'settings/missing-key': 'A setting that is needed here is not given.',
  'settings/type': 'A setting has a value of the wrong kind, such as text in place of a number.',
  'settings/choice': 'A setting has a value that is not one of its words.',
  'settings/range': 'A number lies outside the limits of its setting.',
  'settings/empty': 'Text is empty where it must not be.',
  'settings/line-break': 'Text that has to fit on one line holds a line break.',
  'settings/word': 'Text that has to be one word holds a blank.',
  'settings/domain': 'A value is not a domain name.',
  'settings/channel-name': 'A value cannot be the name of a channel: 1 to 32 of a-z, 0-9, `_` and `$`.',
  'settings/port': 'A listener is named by its port, 1 to 65535, or by `default`.',
  'settings/next-hop':
    'A next hop is not of the form `host:port`, `[v6]:port`, `smtp://host:port` or `lmtp://host:port`.',
  'settings/file-name': 'A value is not the name of a file.',
  'settings/not-provided': 'A database is of a kind that is not provided yet; text files and CDB are.',
  'settings/duplicate': 'A list holds the same value twice; the second one has no effect.',
  'settings/rule': 'A rewrite rule in YAML cannot be written as a line of pmdf.cnf.',
  'settings/channel': 'A channel in YAML cannot be written as a block of pmdf.cnf.',
  'settings/mapping': 'A mapping table or entry in YAML cannot be written as lines of a mapping file.',
  'settings/alias': 'An alias in YAML has a name that no alias file can have.',

  // policy
  'policy/nothing-configured':
    'There is neither a pmdf.cnf nor channels in pmdf.yaml, so there is no policy.',
  'policy/opens-relay':
    'A changed configuration lets strangers relay in a way that the policy in force does not; that policy stays.',
  'policy/unknown-channel': 'A setting or a rewrite rule names a channel that does not exist.',
  'policy/lmtp-next-hop': 'The keyword `lmtp` and a next hop that speaks SMTP contradict each other.',
  'policy/lmtp-through':
    'A channel is delivered `through` with an LMTP next hop; Haraka speaks LMTP from its queue only.',
  'policy/unknown-table': 'A rewrite rule asks a mapping table that does not exist.',
  'policy/no-next-hop':
    'A channel belongs to a program that does not exist here, such as a message store, and no server is named for its mail.',
  'policy/directory-domains':
    "`$V` and `$Z` of rules look a domain up in Messaging Server's directory; here they test whether it is a local domain.",
  'policy/no-aliases':
    'A channel with `viaaliasrequired` takes only what an alias leads to, and there is neither an alias nor a database.',
  'policy/foreign-table':
    'These mapping tables are for programs of PMDF or Messaging Server that do not exist here; nothing asks them.',
  'policy/unasked-table': 'Nothing asks this mapping table: its name may be mistyped.',
  'policy/shadow-without-table':
    'The setting `shadow` names an access table that is not in the mapping file.',
  'policy/no-delivery':
    'Nothing is delivered from the channels `process`, `reprocess` and `bitbucket`, so they have no way of delivery.',

  // cases
  'cases/none': 'A file of cases holds no case.',
  'cases/unknown-key': 'A file of cases has a key that is not known there; the nearest one is suggested.',
  'cases/missing-key':
    'A case, or a delivery in it, lacks what is needed; a request has `client`, `from` and `to`, of its own or from `defaults`.',
  'cases/nothing-expected': 'A case says nothing of what has to come of it, so that it could never fail.',
  'cases/type': 'A value in a file of cases is of the wrong kind, such as text in place of a number.',
  'cases/word': 'A value in a file of cases is not one of its words.',
  'cases/range': 'A number in a file of cases lies outside its limits.',
  'cases/ip-address':
    'The client or the server of a case is an IP address; the name of a client is `client_name`.',
  'cases/append':
    '`pmdf cases --record` can append only to a file that ends with the list of cases, written with dashes.',
  'cases/recipient': 'A case expects something of an address that is not among its recipients.',

  // auth
  'auth/password-file':
    'The password database is not of a version that is known here; it is made by `pmdf password set`.',
  'auth/password-record':
    'A line of the password database is no record of user, service and hash; the database is changed by `pmdf password` only.',
  'auth/password-mode':
    'Everybody on the host may read the password database; only the account of the server is to read it.',
  'auth/no-plugin':
    'A channel offers AUTH, or is to authenticate to servers, and no plugin that provides it is in `config/plugins`: list `pmdf/auth`.',
  'auth/no-passwords':
    'A channel offers AUTH, and there is neither a password database nor another plugin that knows users.',
  'auth/no-credentials':
    'A channel demands AUTH of the servers that its mail goes to, or names a section of credentials, and the section is not there.',
  'auth/not-as-client': 'A channel names credentials, and its keywords keep it from using them.',
  'auth/through':
    'A channel demands AUTH of servers, or names credentials, and its mail is handed on by another queue plugin, which has its own login.',
  'auth/needs-tls':
    'A channel is to authenticate to servers and never uses TLS, so that the password itself is not sent.',
  'auth/to-anybody':
    'A channel with credentials sends to whatever servers the DNS names; each of them that offers AUTH is shown the password.',
  'auth/sent-in-clear':
    'The setting `auth.client_without_tls` has this host send its own password over the network in clear.',
  'auth/offered-in-clear':
    'The setting `auth.without_tls` has passwords sent over the network in clear on this channel.',

  // security
  'security/syntax':
    'A line of security.cnf is neither the head of a section nor an option, or the section has no name.',
  'security/option': 'A section of security.cnf has an option that is not known there.',
  'security/twice': 'A section of security.cnf, or an option in it, stands twice.',
  'security/mechanism': 'The option `MECHANISMS` of security.cnf names a mechanism that is not provided.',
  'security/incomplete': 'A section of security.cnf has no user or no password.',
  'security/not-read': 'security.cnf holds something that has no effect here.',
  'security/readable': 'A file with passwords can be read by everybody on this machine.',

  // install
  'install/whole-bundle':
    'A line of `config/plugins` names the bundle, which is not a plugin; each plugin of it has a line of its own. Haraka does not start.',
  'install/no-such-plugin':
    'A line of `config/plugins` names a plugin that is not there. Haraka does not start; with `ignore_bad_plugins` it leaves the plugin out, unless it looks like one of ours and another of ours is loaded, which then stops the start.',
  'install/twice':
    'A plugin is listed twice in `config/plugins`, so that Haraka runs everything in it twice. With a plugin of ours Haraka does not start.',
  'install/none-listed':
    'No line of `config/plugins` enables a plugin of the bundle, so that Haraka runs without the policy.',
  'install/not-listed': 'A plugin of the bundle is enabled without another one that its work relies on.',
  'install/ignore-bad-plugins':
    'The setting `ignore_bad_plugins` of smtp.ini has Haraka start without the plugins that it cannot load. Any text counts as on, `false` too; only 0 is off.',
  'install/other-decides':
    'Another plugin also decides who may relay, which recipients are accepted or where mail goes.',
  'install/no-queue-plugin':
    'Channels are delivered through a queue plugin that `config/plugins` does not list; with `pmdf/deliver` Haraka does not start.',
  'install/connection-ini':
    'connection.ini is missing or lacks a section that Haraka has no defaults for, so that Haraka fails at the first connection.',
  'install/replaced':
    'The key `!plugins` of smtp.json or smtp.yaml replaces `config/plugins`; what it lists is not checked.',

  // tls
  'tls/through':
    'A channel says what TLS its mail is sent with, or its certificates are to be verified, and its mail is handed on by another queue plugin, which does as it is set up itself.',
  'tls/verify-without-tls': 'Certificates are to be verified on a channel that never uses TLS.',
  'tls/verify-demands':
    'Certificates are to be verified on a channel whose keyword lets mail leave in clear; the verification counts, so TLS is a must.',
  'tls/ca': 'The file that `ca` under `tls_verify` names is not there, or holds no certificate.',
  'tls/switch-without-tls': 'A channel names another one for sessions under TLS and does not offer STARTTLS.',
  'tls/no-certificate':
    'A channel demands or offers TLS, and there is no usable certificate. Where it is demanded no mail could come in, and Haraka does not start; otherwise STARTTLS is not offered.',
  'tls/misnamed':
    'A file in config/pmdf has almost the name of the certificate or its key, `server-pub.pem` and `server-priv.pem`, and is not read.',
  'tls/no-plugin':
    "A channel offers TLS and Haraka's plugin `tls`, which makes the handshake, is not in config/plugins.",
  'tls/pem': 'A certificate or key file holds no PEM block of that kind, or one that cannot be read.',
  'tls/incomplete': 'A certificate has no key beside it, or a key no certificate.',
  'tls/key-mismatch': 'The key does not fit the certificate that stands first in its file.',
  'tls/chain-order':
    'The certificates of a chain do not follow each other: the certificate of the server first, then each one that issued the one before.',
  'tls/expired': 'A certificate has expired, or does not count yet.',
  'tls/expires-soon': 'A certificate expires within two weeks.',
  'tls/key-readable': 'A file with a private key can be read by everybody on this machine.',

  // lint
  ...lintCodes,
  // mapping
  'mapping/outside-table':
    'An entry stands before any table name or after the blank line that ended its table; entries follow each other without blank lines.',
  'mapping/table-name':
    'A table name starts in column 1 with a letter, is one word and stands alone on its line.',
  'mapping/missing-blank-line': 'A blank line stands after a table name and between two tables.',
  'mapping/duplicate-table': 'Two tables have the same name; case does not count.',
  'mapping/long':
    'PMDF itself takes patterns and templates of up to 252 characters; this one works here only.',
  'mapping/too-long':
    'A pattern or template has more than 4096 characters; use several entries or a sub-table.',
  'mapping/indented-comment':
    'A comment has its `!` in column 1; an indented one is taken for a comment here, and for an entry by PMDF.',
  'mapping/unquoted-blank': 'A blank inside a template is written `$ `, a tab `$` and a tab.',
  'mapping/line-end': 'A pattern or template cannot hold a line end.',
  'mapping/trailing-dollar': 'A dollar sign with nothing after it; a literal dollar is written `$$`.',
  'mapping/glob': 'An unknown or incomplete wildcard after a dollar sign in a pattern.',
  'mapping/modifier': 'The modifiers `_`, `@` and `^` stand between one dollar sign and a wildcard.',
  'mapping/set': 'A set `$[...]` is not closed, is empty, or holds a range that runs backwards.',
  'mapping/ip-prefix':
    'An address glob needs a whole IPv4 or IPv6 address and a number of bits that fits it.',
  'mapping/back-match': 'A back-match names a wildcard that does not stand to its left.',
  'mapping/many-captures':
    'A pattern has more than ten saved wildcards; templates can name the first ten only. `$@*` saves nothing.',
  'mapping/reference': 'A template names a wildcard that its pattern does not have; it stands for no text.',
  'mapping/unterminated': 'A `${`, `$|`, `$[`, `$]`, `$#` or `$?` in a template is not closed.',
  'mapping/argument': 'An argument in a template may hold text, `$0` to `$9` and case control only.',
  'mapping/chance': 'The chance in `$?x?` is a number from 0 to 100.',
  'mapping/input-flag': '`$:` and `$;` are followed by one flag character.',
  'mapping/sequence':
    'A sequence file is written `$#file|radix|width|modulus#`, with a radix from 2 to 36, a width of up to 64 and a modulus above 0.',
  'mapping/sub-table': 'A sub-table is written `$|table;argument|`.',
  'mapping/unknown-table': 'A template asks a table that does not exist.',
  'mapping/not-provided': 'Site routines, LDAP look-ups in mapping templates and `$}...{` are not provided.',

  // rewrite
  'rewrite/indented': 'A rewrite rule begins in column 1; remove the blanks in front of it.',
  'rewrite/no-template': 'A rewrite rule has a pattern but no template.',
  'rewrite/pattern':
    'The left side of a rewrite rule is no pattern. Prefix lengths such as `/8` are not known there: drop octets from the right, as in `[10.]`.',
  'rewrite/never-matches': 'No host can ever match this pattern, so its rule does nothing.',
  'rewrite/unknown':
    'A dollar sequence has no meaning where it stands. A literal dollar sign is written `$$`.',
  'rewrite/not-provided':
    'PMDF knows this sequence, but site routines, LDAP and `$V` and `$Z` are not provided here.',
  'rewrite/unterminated': 'A `$(`, `${`, `$[` or `$]` is not closed.',
  'rewrite/nested':
    'A general database look-up stands inside another, or a mapping call inside another; neither can.',
  'rewrite/no-name':
    'A control that needs a name or a text has none, as in `$M` at the end, or a mapping call lacks its table or comma.',
  'rewrite/status': 'The number before `?` is not seven digits of class 4 or 5, as in `$5001001?text`.',
  'rewrite/comment': 'A comment among the rules begins with `!` in column 1.',
  'rewrite/stray-text':
    'Something follows a template after a blank; only the text of `$?` may contain blanks.',
  'rewrite/form': 'The separators `%` and `@` of a template make none of its forms, such as `A%B@C`.',
  'rewrite/no-host': 'A template gives no host, so its rule never applies.',
  'rewrite/unreachable':
    'An earlier rule with the same pattern applies always, so this one is never reached; swap them or restrict the earlier one.',
  'rewrite/never-applies': 'Two controls of a template exclude each other, so its rule never applies.',
  'rewrite/dollar-in-name':
    'The name after `$M`, `$N`, `$Q`, `$C` or `$T` swallows a control that follows it; write that control before it.',
} as const;

/** The code of a diagnostic; stable, other people's scripts look for it. */
export type DiagnosticCode = keyof typeof diagnosticCodes;
