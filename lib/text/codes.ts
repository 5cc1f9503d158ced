/*
 * The codes of all findings but those of the lint rules, whose codes are in lib/lint/rules: what each means and what to
 * do, for docs/diagnostics.md and `pmdf check --explain`. Each has a case in test/diagnostics/cases. In the order of the
 * rooms: files, languages, settings, policy, surroundings, tools.
 */
export const diagnosticCodes = {
  // files
  'file/missing': 'A file that the configuration needs does not exist or cannot be read.',
  'file/not-a-file': 'A path that should name a file names a folder, a pipe, a socket or a device.',
  'file/too-large':
    'A configuration file is larger than the limit. Move large tables into a database, made with `pmdf crdb`.',
  'file/encoding':
    'A file is not valid UTF-8. The finding shows the first invalid byte; save the file as UTF-8.',
  'file/cut':
    'A changed file was not written completely, or its end is missing. The policy in force stays until the file is complete.',
  'file/long-line':
    'A line is longer than 1048576 characters, or lines joined by backslashes are longer than 16777216 characters together.',
  'file/open-continuation':
    'The last line of a file ends in a backslash, which continues a line, and no line follows. Remove the backslash.',
  'file/blank-line':
    'A line reads `<blank line>`, which is how manuals print an empty line. Make it an empty line.',
  'file/routine':
    'A file under `routines` is not a CommonJS module of JavaScript, or fails when it is loaded.',
  'file/include-name': 'A line that begins with `<` includes a file, but names none.',
  'file/include-missing': 'An included file does not exist or cannot be read.',
  'file/include-loop':
    'A file includes itself, directly or through other files. The finding shows the chain.',
  'file/include-depth':
    'Included files are nested too deeply: at most three levels are allowed. Include the innermost files further up.',

  // databases
  'database/no-key': 'A line of a text database begins with a blank, so it has no key. Remove the blank.',
  'database/no-value':
    'A line of a text database has a key and no value. Write `key value`, or remove the line.',
  'database/open-quote':
    'A key of a text database begins with a double quote that is not closed on its line.',
  'database/long-line': 'A line of a text database is longer than 16384 characters.',
  'database/duplicate-key':
    'A key occurs twice in a database; case does not count. This is an error when the values differ, since only one of them can be intended. Remove one of the lines.',
  'database/looks-cut':
    'A changed text database looks incomplete: it is empty, has lost more than half of its entries or its end, or its last line has no line end. The old entries are used until the file has not changed for ten seconds.',
  'database/damaged':
    'A CDB file is incomplete, or is not a CDB file at all. Make it again with `pmdf crdb`.',

  // mapping tables
  'mapping/outside-table':
    'An entry is not in a table: it is above the first table name, or after the blank line that ended its table. Write the entries of a table without blank lines between them.',
  'mapping/table-name':
    'The name of a table is one word that begins with a letter in column 1, on a line of its own.',
  'mapping/missing-blank-line':
    'A blank line is missing: write one after the name of a table and one between two tables.',
  'mapping/duplicate-table':
    'Two tables have the same name; case does not count. Rename one, or join their entries.',
  'mapping/long':
    'A pattern or template is longer than 252 characters, the limit of PMDF. It works here, but not with PMDF.',
  'mapping/too-long':
    'A pattern or template is longer than 4096 characters. Divide it into several entries, or use another table that it calls.',
  'mapping/indented-comment':
    'An indented `!` begins a comment here, but PMDF takes the line as an entry. Write the `!` in column 1.',
  'mapping/unquoted-blank':
    'A template contains a blank or a tab. Inside a template write a blank as `$ ` and a tab as `$` and a tab.',
  'mapping/line-end': 'A pattern or template contains a line end, which is not possible.',
  'mapping/trailing-dollar':
    'A pattern or template ends with a single dollar sign. Write a literal dollar sign as `$$`.',
  'mapping/glob': 'A dollar sign in a pattern is followed by an unknown or incomplete wildcard.',
  'mapping/modifier':
    'The modifiers `_`, `@` and `^` belong between a dollar sign and a wildcard, as in `$_*`.',
  'mapping/set':
    'A set of characters `$[...]` is empty, is not closed, or has a range whose end is before its start.',
  'mapping/ip-prefix':
    'A network in a pattern is written as a complete IPv4 or IPv6 address and a number of bits, as in `$(10.0.0.0/8)`.',
  'mapping/back-match':
    'A back-match such as `$0*` repeats the text of an earlier wildcard. It names a wildcard that is not to its left.',
  'mapping/many-captures':
    'A pattern has more than ten wildcards that save their text, and a template can name only the first ten. Write wildcards that are not needed as `$@*`, which saves nothing.',
  'mapping/reference':
    'A template names a wildcard that its pattern does not have. It is replaced by nothing.',
  'mapping/unterminated': 'A `${`, `$|`, `$[`, `$]`, `$#` or `$?` in a template is not closed.',
  'mapping/argument':
    'The argument of a look-up or table call may contain only text, `$0` to `$9`, and `$\\`, `$^` and `$_` for the case of letters.',
  'mapping/chance': 'The percentage in `$?x?` is a number from 0 to 100.',
  'mapping/input-flag': '`$:` and `$;` test a flag and are followed by its character.',
  'mapping/sequence':
    'A sequence file is written `$#file|radix|width|modulus#`, with a radix from 2 to 36, a width up to 64 and a modulus above 0.',
  'mapping/sub-table': 'A table is called by `$|table;argument|`.',
  'mapping/unknown-table':
    'A template calls a table that does not exist. Correct the name, or add the table.',
  'mapping/not-provided':
    'Site routines other than those of the page about routines, and `$}...{`, are not supported in templates of mapping tables.',
  'mapping/routine': 'The arguments of a routine, `$[image,routine,argument]`, are not those that it takes.',

  // channel blocks
  'channel/name':
    'A channel name has 1 to 32 characters: lower-case letters, digits, `_`, `$` and, after the first character, `-`.',
  'channel/line-end':
    'A line of a channel block ends in a way that is easily misread: a backslash followed by blanks does not continue the line, and `!` after keywords does not begin a comment.',
  'channel/unknown-keyword':
    'A word on the first line of a channel block is not a keyword, so it is taken as a group id, as PMDF does. Correct the spelling if a keyword was meant.',
  'channel/ignored-keyword':
    'Keywords ask for something that this product does not do; they have no effect. There is one warning for each kind, which names all of them.',
  'channel/auth-rewrite':
    'With this value, the keyword `authrewrite` asks for something that this product does not do. Headers are not changed.',
  'channel/argument-missing': 'A keyword needs an argument, and the line ends after it.',
  'channel/argument': 'The argument of a keyword is not of the kind that the keyword needs.',
  'channel/argument-is-keyword':
    'The argument of a keyword is missing, so the next keyword is taken as the argument. Add the argument; if the word is really the argument, put it in double quotes.',
  'channel/open-quote': 'A word begins with a double quote that is not closed on its line.',
  'channel/contradiction':
    'Two keywords on one line set the same thing, or a keyword is given twice. The later one counts; remove the other.',
  'channel/notice-ages':
    'An age of `notices` or one of its kin is 0, is not above the age before it, or is one of more than five. An age 0 and those after the fifth have no effect, and the others are put in order.',
  'channel/no-official-host':
    'A channel block has no second line. Write the official host name of the channel there.',
  'channel/host-name': 'A host name in a channel block contains a character that host names cannot have.',
  'channel/missing-blank-line':
    'A line of host names looks like the first line of another channel block. Write a blank line between two blocks.',
  'channel/ignored-line':
    'A `defaults` or `nodefaults` block contains something that is not used there, such as a host name.',
  'channel/duplicate-channel': 'Two channel blocks have the same name. Rename or remove one of them.',
  'channel/duplicate-host':
    'A host name occurs twice in the channel blocks, where it can belong to only one channel. Remove one of the lines.',
  'channel/local-missing': 'There is no local channel. Make `l` the first channel block.',
  'channel/local-first':
    'A channel block is above the local channel `l`. Only `defaults` and `nodefaults` may be above it.',
  'channel/reserved-name':
    'PMDF reserves this channel name for one of its programs, which this product does not have. Remove the channel, or rename it.',
  'channel/unknown-channel':
    'A keyword names a channel that does not exist. Correct the name, or add the channel.',

  // option files
  'option/line':
    'A line of an option file, such as option.dat, is not of the form `option=value`. A comment has `!` in column 1.',

  // directory channels
  'directory/option':
    'An option file of a directory channel has an option that is not one of docs/directory.md, or a value that the option cannot have.',
  'directory/twice':
    'A domain or option is given twice, or a channel has both an option file and a place in pmdf.yaml. Remove one.',
  'directory/service-type':
    'The service type of a pseudo domain is not 0 (a database of `pmdf crdb`) or 2 (LDAP). ALL-IN-1 (3) and CCSO (4) are not provided: export their entries into a database.',
  'directory/ldap-missing':
    'A pseudo domain is looked up in LDAP, and the channel has no server or no base for it. Write LDAP_SERVERS and LDAP_BASE.',
  'directory/filter':
    'A filter of an LDAP search is not of the form of RFC 4515, or has an unknown `$` sequence.',
  'directory/no-channel':
    'Something is written about a directory channel that does not exist, or that is not named `directory` or `directory_*`.',
  'directory/no-line':
    'A rewrite rule leads a domain to a directory channel that has lines for other domains, and none for this one, which gets the default method.',
  'directory/no-rule':
    'A directory channel has a line for a domain that no rewrite rule leads to it. Add the rule, or remove the line.',
  'directory/no-database':
    'The database of a pseudo domain is missing. Make it with `pmdf crdb -duplicates`, or write it as a text file.',

  // rewrite rules
  'rewrite/indented': 'A rewrite rule begins with a blank. Remove it: the pattern begins in column 1.',
  'rewrite/comment': 'A comment among the rewrite rules begins with `!` in column 1.',
  'rewrite/no-template': 'A rewrite rule has a pattern but no template.',
  'rewrite/pattern':
    'The pattern of a rewrite rule is not valid. Prefix lengths such as `/8` are not possible: leave out octets from the right, as in `[10.]`.',
  'rewrite/never-matches': 'No host can match this pattern, so the rewrite rule has no effect.',
  'rewrite/unknown':
    'A dollar sign is followed by a character that has no meaning here. Write a literal dollar sign as `$$`.',
  'rewrite/not-provided':
    'PMDF has this sequence, but it is not supported here: site routines, LDAP look-ups, and `$V` and `$Z` in this place.',
  'rewrite/unterminated': 'A `$(`, `${`, `$[` or `$]` in a template is not closed.',
  'rewrite/nested':
    'A look-up in the general database contains another one, or a table call contains another one. Neither is possible.',
  'rewrite/no-name':
    'A control lacks its name or text, such as the channel after `$M`; or a table call `${table,argument}` lacks its table or its comma.',
  'rewrite/status':
    'The number before `?` in a template is a status of seven digits of class 4 or 5, as in `$5001001?text`.',
  'rewrite/stray-text':
    'Text follows a template after a blank. Only the error text after `$?` may contain blanks.',
  'rewrite/form': 'The separators `%` and `@` of a template do not make a valid form, such as `A%B@C`.',
  'rewrite/no-host': 'A template does not give a host, so the rewrite rule never applies.',
  'rewrite/unreachable':
    'An earlier rewrite rule with the same pattern always applies, so this one is never reached. Swap them, or give the earlier one a condition.',
  'rewrite/never-applies':
    'Two controls of a template exclude each other, so the rewrite rule never applies. Remove one of them.',
  'rewrite/dollar-in-name':
    'The name after `$M`, `$N`, `$Q`, `$C` or `$T` extends to the end of the template and includes another control. Write that control before it.',

  // access tables
  'access/unknown-flag':
    'A template sets a flag that its access table does not have. Write a literal dollar sign as `$$`.',
  'access/unknown-input-flag':
    'A template tests a flag that is never set for its access table, so the test always gives the same result.',
  'access/flag-not-provided':
    'A template sets a flag for something that this product does not do. Remove the flag.',
  'access/flag-without-effect': 'A template sets a flag that has no effect in this configuration.',
  'access/permit-and-reject':
    'A template sets both a flag that permits and one that rejects. The rejection counts; remove the other flag.',
  'access/port-text-without-code':
    'The text of a PORT_ACCESS rejection is sent to the client as it is and should begin with an SMTP reply code. Without one the client gets 554 5.7.1.',

  // aliases, FORWARD, REVERSE
  'alias/no-colon': 'A line of the alias file has no colon. An alias is written `name: address, address`.',
  'alias/name': 'The name of an alias is one word or a quoted text, followed directly by the colon.',
  'alias/no-value': 'An alias has no addresses. Write them after the colon.',
  'alias/empty-value': 'A comma in an alias is not followed by an address.',
  'alias/missing-comma':
    'An alias continues on the next line, but the line before does not end with a comma. Add the comma.',
  'alias/stray-line':
    'A line begins with a blank, as if it continued an alias, but there is none directly above it. A blank line ends an alias.',
  'alias/address': 'A value of an alias, or a line of a list file, is not an address.',
  'alias/parameter': 'A value of an alias begins with `[` but is not a named parameter `[NAME] value`.',
  'alias/duplicate': 'Two aliases have the same name; case does not count. Remove or join one of them.',
  'alias/not-provided':
    'An alias has a value that is not supported: a parameter of a mailing list, an LDAP URL, a program or a file.',
  'forwarding/unknown-flag':
    'A template of FORWARD or REVERSE sets a flag that the table does not have. Write a literal dollar sign as `$$`.',
  'forwarding/unknown-input-flag':
    'A template tests a flag that is never set for FORWARD or REVERSE, so the test always gives the same result.',
  'forwarding/flag-not-provided':
    'A template of REVERSE sets a flag that registers addresses, which is not supported.',
  'forwarding/flag-without-effect':
    'A template of FORWARD or REVERSE sets a flag that does nothing without `$Y`, or without the database that it uses.',
  'forwarding/expand-channel':
    'The keyword `expandlimit` needs a channel for the recipients above its limit: add the channel `reprocess`, or give the keyword `expandchannel process`.',

  // pmdf.cnf
  'cnf/no-rules':
    'pmdf.cnf begins with a blank line, which ends the rewrite rules, so everything in it is read as channel blocks. Remove the blank line.',
  'cnf/no-channels':
    'pmdf.cnf has no channel block. Write a blank line after the rewrite rules, then the channel blocks.',

  // settings
  'yaml/syntax':
    'From this place on the file is not valid YAML. Text that begins with a special character often lacks its quotes.',
  'yaml/duplicate-key':
    'A key occurs twice in one mapping. The finding shows both places; remove one of them.',
  'yaml/documents': 'The file contains more than one YAML document. Remove the `---` between them.',
  'yaml/alias':
    'YAML anchors (`&name`) and aliases (`*name`) are not supported. Put text that begins with `&` or `*` in quotes.',
  'yaml/tag': 'YAML tags (`!!str`) are not supported. Put text that begins with `!` in quotes.',
  'yaml/key': 'A list or mapping is used as a key, which must be text.',
  'settings/unknown-key': 'There is no setting of this name. The hint suggests the nearest one.',
  'settings/missing-key': 'A setting that is required here is missing.',
  'settings/type': 'The value of a setting is of the wrong kind, such as text instead of a number.',
  'settings/choice': 'The value of a setting is not one of the words that it allows.',
  'settings/range': 'A number is outside the limits of its setting.',
  'settings/empty': 'Text is empty where it must not be.',
  'settings/line-break': 'Text that must fit on one line contains a line break.',
  'settings/word': 'Text that must be one word contains a blank.',
  'settings/domain': 'A value is not a domain name.',
  'settings/channel-name':
    'A value cannot be a channel name, which has 1 to 32 characters of a-z, 0-9, `_` and `$`.',
  'settings/port': 'A listener is named by its port, 1 to 65535, or by `default`.',
  'settings/listen': 'Where a server listens is an IP address and a port: `127.0.0.1:8925` or `[::1]:8925`.',
  'settings/next-hop':
    'A next hop is written `host:port`, `[v6]:port`, `smtp://host:port` or `lmtp://host:port`.',
  'settings/ip-address': 'A value is not an IP address: four numbers, or IPv6 without brackets and zone.',
  'settings/file-name': 'A value is not the name of a file.',
  'settings/not-provided':
    'The name of a database is of a kind that is not supported. Use a text file, a CDB file, or a store.',
  'settings/store-server':
    'A server of a store is written `host`, `host:port`, `[v6]:port`, or as the path of a UNIX socket.',
  'settings/store-login':
    'A store has a name to log in with and no password. Most servers refuse that, and a directory takes it for a login without a name.',
  'settings/routine-name': 'The name of an image under `routines` has letters, digits, `_`, `-` and `.`.',
  'settings/metermaid-name': 'The name of a table under `metermaid` has letters, digits, `_`, `-` and `.`.',
  'settings/store-name':
    'A store has a name of 1 to 64 letters, digits, `_`, `-` and `.` that does not begin with `-` or `.`.',
  'settings/placeholder':
    'A query has a placeholder that does not exist. There are `%s` (the key), `%u` (its local part), `%d` (its domain), `%1` to `%9` (labels of the domain, from the right), and `%%` for a percent sign.',
  'settings/sql':
    "A statement of SQL has a placeholder where no value can be, or cannot be read. Placeholders become parameters: write them as strings, `'%s'`, where SQL allows a value.",
  'settings/excluded': 'Two settings are written of which only one can be.',
  'settings/without-effect':
    'A setting is accepted but has no effect here: it is of an earlier version, or another setting or a limit makes it useless.',
  'settings/duplicate': 'A list contains the same value twice. Remove one of them.',
  'settings/rule': 'A rewrite rule in YAML cannot be written as a line of pmdf.cnf, so it is not valid.',
  'settings/channel': 'A channel in YAML cannot be written as a block of pmdf.cnf, so it is not valid.',
  'settings/mapping':
    'A mapping table or entry in YAML cannot be written as lines of the file `mappings`, so it is not valid.',
  'settings/alias': 'An alias in YAML has a name that cannot be written in an alias file.',

  // LDAP
  'ldap/url':
    'An LDAP URL cannot be used: `ldap:///dn?attribute?scope?filter`, with values only in the DN and the filter.',

  'ldap/no-server':
    'Something asks an LDAP URL, and no server is named that could answer it, so mail would be deferred.',

  // option files
  'option/value':
    'The value of an option cannot be used: a number is outside its limits, or a host is not named.',
  'option/channel': 'An option in the option file of a channel has no effect.',
  'option/log': 'An option of option.dat asks for something that is not in the log.',
  'option/without-effect': 'An option of option.dat has no effect, since pmdf.yaml sets the same.',
  'option/twice': 'An option file sets the same option twice. The last line counts; remove the others.',

  // policy
  'policy/notice-folder':
    'An entry of NOTIFICATION_LANGUAGE names a folder that does not exist or has no texts of notices. Correct the name, or make the folder; until then notices have the usual texts.',
  'policy/notice-option': 'A line of return_option.dat is not an option of notices. It has no effect.',
  'policy/nothing-configured':
    'There is no policy: neither a file pmdf.cnf nor channels in pmdf.yaml. Write one of them, or run `pmdf init`.',
  'policy/opens-relay':
    'A changed configuration would let strangers relay in a way that the policy in force does not. The policy in force stays.',
  'policy/unknown-channel':
    'A setting or rewrite rule names a channel that does not exist. Correct the name, or add the channel.',
  'policy/unknown-routine': 'A template calls a routine that the file of its image does not export.',
  'policy/unknown-counter':
    'A mapping table counts in a table of MeterMaid that pmdf.yaml does not have, or that is of another type.',
  'policy/unknown-table':
    'A rewrite rule calls a mapping table that does not exist. Correct the name, or add the table.',
  'policy/no-next-hop':
    'A channel belongs to a program that does not exist here, such as a message store, and has no server for its mail. Name one under `delivery` in pmdf.yaml.',
  'policy/no-delivery':
    'The channels `process`, `reprocess` and `bitbucket` deliver nothing themselves, so `delivery` cannot be set for them.',
  'policy/lmtp-next-hop':
    'A channel has the keyword `lmtp`, but its next hop is given as an SMTP server. Change one of them.',
  'policy/lmtp-through':
    'A channel with the keyword `lmtp` is to be delivered `through`, but has no next hop, and queue plugins do not speak LMTP. Name the server.',
  'policy/directory-domains':
    "`$V` and `$Z` in rewrite rules look a domain up in Messaging Server's directory. Here they test whether it is a local domain.",
  'policy/no-aliases':
    'A channel has the keyword `viaaliasrequired`, which accepts only recipients with an alias, but there are neither aliases nor a database, so it accepts nobody.',
  'policy/foreign-table':
    'These mapping tables belong to programs of PMDF or Messaging Server that do not exist here. They have no effect.',
  'policy/unasked-table':
    'Nothing uses this mapping table. Its name may be mistyped, or a table call is missing.',
  'policy/unknown-store':
    'A database names a store that does not exist. Correct the name, or add the store under `stores`.',
  'policy/store-question':
    'A database asks its store with settings that stores of this kind do not have, without those that they need, or without a place for the key.',
  'policy/unused-store': 'No database uses this store, and nothing is counted in it.',
  'policy/failures-store':
    'Failed logins are counted in a store that cannot count. Name a store of the kind `redis` in `auth.failures_store`.',
  'policy/counters-store':
    'The routines of mapping tables count in a store that cannot count. Name a store of the kind `redis` in `counters.store`.',
  'policy/shadow-without-table':
    'The setting `shadow` names an access table that the file `mappings` does not have.',

  // stores
  'store/no-client':
    'The package of the client for a store, or for the LDAP servers of option.dat or of a directory channel, is not installed. The hint is the command that installs it, to be run where Haraka is installed.',
  'store/no-file': 'A password or certificate file that a store names does not exist.',
  'store/no-password':
    'The environment variable with the password of a store is not set where the command runs. It must be set for Haraka.',
  'store/server':
    'A server of a store cannot be used: it cannot be reached, does not let us log in, or does not answer. Databases in the store answer 451 while no server can be used.',
  'store/question':
    'A server of a store refuses to answer as a database asks it, for example because a table does not exist. Correct the settings of the database, or what the account on the server may read.',
  'store/lacks':
    'A command needs what this database in a store cannot do, such as listing its entries, or changing them.',

  // authentication
  'auth/password-file': 'The password database has an unknown version. It is made by `pmdf password set`.',
  'auth/password-record':
    'A line of the password database is not a valid record. Change the database only with `pmdf password`.',
  'auth/password-mode':
    'Every user of this host can read the password database. Let only the account of the mail server read it.',
  'auth/no-plugin':
    'A channel offers AUTH, or authenticates to other servers, but `config/plugins` lists no plugin for that. List `pmdf/auth`.',
  'auth/no-passwords':
    'A channel offers AUTH, but there is neither a password database nor another plugin that knows users, so nobody can authenticate.',
  'auth/no-credentials':
    'A channel must authenticate to the servers that its mail goes to, or names a section of security.cnf, but that section does not exist.',
  'auth/not-as-client':
    'A channel names credentials for other servers, but its keywords keep it from using them.',
  'auth/through':
    'A channel is to authenticate to other servers, but another queue plugin delivers its mail and uses its own login.',
  'auth/needs-tls':
    'A channel is to authenticate to other servers but never uses TLS, so it does not send the password.',
  'auth/to-anybody':
    'A channel with credentials sends to any server that the DNS names, and each server that offers AUTH gets the password. Give the channel a fixed next hop.',
  'auth/sent-in-clear':
    'With the setting `auth.client_without_tls` this host sends its own password over the network unencrypted.',
  'auth/offered-in-clear':
    'With the setting `auth.without_tls` clients may send their passwords over the network unencrypted on this channel.',
  'security/syntax':
    'A line of security.cnf is neither the head of a section nor an option, or a section has no name.',
  'security/option': 'A section of security.cnf has an unknown option.',
  'security/twice': 'A section of security.cnf, or an option in it, occurs twice. Remove one of them.',
  'security/mechanism': 'The option `MECHANISMS` of security.cnf names a mechanism that is not supported.',
  'security/incomplete': 'A section of security.cnf has no user or no password.',
  'security/not-read': 'security.cnf contains something that has no effect here.',
  'security/readable':
    'Every user of this host can read a file with passwords. Let only the account of the mail server read it.',

  // TLS
  'tls/no-certificate':
    'A channel requires or offers TLS, but there is no usable certificate. If a channel requires it, Haraka does not start; otherwise STARTTLS is not offered.',
  'tls/no-plugin':
    "A channel offers TLS, but `config/plugins` does not list Haraka's plugin `tls`, which does the handshake. List it.",
  'tls/misnamed':
    'A file in config/pmdf has almost the name of the certificate `server-pub.pem` or its key `server-priv.pem`, and is not read. Rename it.',
  'tls/pem': 'A certificate or key file contains no PEM block of that kind, or one that cannot be read.',
  'tls/incomplete': 'A certificate file has no key file beside it, or a key file no certificate file.',
  'tls/key-mismatch': 'The private key does not belong to the first certificate in its file.',
  'tls/chain-order':
    'The certificates of a chain are not in order: first the certificate of the server, then for each certificate the one that issued it.',
  'tls/expired': 'A certificate has expired or is not valid yet.',
  'tls/expires-soon': 'A certificate expires within two weeks. Renew it.',
  'tls/key-readable':
    'Every user of this host can read a private key. Let only the account of the mail server read it.',
  'tls/through':
    'A channel sets how its mail is sent with TLS, or that certificates are verified, but another queue plugin delivers its mail and uses its own settings.',
  'tls/verify-without-tls': 'Certificates are to be verified on a channel that never uses TLS.',
  'tls/verify-demands':
    'Certificates are to be verified on a channel whose keyword allows sending without TLS. The verification counts, so mail is sent with TLS only.',
  'tls/ca':
    'The file that `ca` under `tls_verify` or `tls_ca` of a store names cannot be read, or contains no certificate.',
  'tls/switch-without-tls':
    'A channel has the keyword `tlsswitchchannel` but does not offer STARTTLS, so no session switches.',

  // the Haraka install
  'install/whole-bundle':
    'A line of `config/plugins` names the bundle, which is not a plugin. Haraka does not start. List each of its plugins on a line of its own.',
  'install/no-such-plugin':
    'A line of `config/plugins` names a plugin that does not exist. Haraka does not start; with `ignore_bad_plugins` it leaves the plugin out, unless the name looks like a plugin of this bundle.',
  'install/twice':
    'A plugin is listed twice in `config/plugins`, so Haraka runs it twice. With a plugin of this bundle Haraka does not start. Remove one of the lines.',
  'install/none-listed':
    'No line of `config/plugins` lists a plugin of this bundle, so Haraka runs without the policy.',
  'install/not-listed':
    'A plugin of this bundle is listed without another one that it depends on. List that one too.',
  'install/ignore-bad-plugins':
    'With the setting `ignore_bad_plugins` of smtp.ini Haraka starts without plugins that it cannot load, so possibly without the policy. Any text but 0 turns it on, even `false`.',
  'install/other-decides':
    'Another plugin also decides who may relay, which recipients are accepted, or where mail goes.',
  'install/no-queue-plugin':
    'Channels are delivered through a queue plugin that `config/plugins` does not list. With `pmdf/deliver` Haraka does not start. List the queue plugin.',
  'install/connection-ini':
    'connection.ini is missing, or lacks a section for which Haraka has no defaults, so Haraka fails at the first connection.',
  'install/replaced':
    'The key `!plugins` of smtp.json or smtp.yaml replaces `config/plugins`. The plugins that it lists are not checked.',

  // dispatcher.cnf
  'dispatcher/line':
    'A line of dispatcher.cnf is not an option (`OPTION=value`), a section, an include or a comment.',
  'dispatcher/section': 'A section of dispatcher.cnf begins with `[SERVICE=name]`.',
  'dispatcher/unknown-option': 'PMDF has no such option in dispatcher.cnf. It is ignored.',
  'dispatcher/value': 'The value of an option is not of the kind that the option needs.',
  'dispatcher/duplicate': 'An option or a section occurs twice. The last one counts.',
  'dispatcher/too-many': 'A section names more than the five block lists that PMDF asks about a client.',
  'dispatcher/no-counterpart':
    'Haraka has nothing that corresponds to this option. The hint says what there is instead.',
  'dispatcher/other-service': 'A service uses a protocol other than SMTP, which Haraka cannot serve.',
  'dispatcher/listener':
    'Haraka cannot listen on a port as it is written. Haraka has one port where sessions begin with TLS.',
  'dispatcher/no-smtp': 'dispatcher.cnf has no service that listens for SMTP.',

  // files of cases
  'cases/none': 'A file of cases contains no case.',
  'cases/unknown-key': 'A file of cases has an unknown key. The hint suggests the nearest one.',
  'cases/missing-key':
    'A case, or a delivery in it, lacks a required key. A request has `client`, `from` and `to`, in the case itself or in `defaults`.',
  'cases/nothing-expected': 'A case does not say what is expected, so it could never fail.',
  'cases/type': 'A value in a file of cases is of the wrong kind, such as text instead of a number.',
  'cases/word': 'A value in a file of cases is not one of the words that are allowed there.',
  'cases/range': 'A number in a file of cases is outside its limits.',
  'cases/ip-address':
    'The client or server of a case is not an IP address. Give the name of a client as `client_name`.',
  'cases/append':
    '`pmdf cases --record` can append only to a file that ends with the list of cases, written with dashes.',
  'cases/recipient': 'A case expects something for an address that is not one of its recipients.',
} as const;

/** The code of a finding; stable, since scripts look for it. */
export type DiagnosticCode = keyof typeof diagnosticCodes;
