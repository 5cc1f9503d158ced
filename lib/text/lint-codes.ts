/*
 * The codes of the lint: what is right by the language and most likely not meant.
 */

export const lintCodes = {
  'lint/open-relay':
    'Mail that comes from outside may go out again: no entry of ORIG_SEND_ACCESS refuses it. An error, at start too, unless pmdf.yaml says `open_relay: allowed`.',
  'lint/relay-hole':
    'The relay audit found an address by which mail of strangers gets to a host outside; the hint names the entry that let it through.',
  'lint/name-may-relay':
    'Clients with a confirmed name under this rule come in on a channel whose clients may relay, so anyone who controls such a name may relay.',
  'lint/loopback-internal':
    'A client at a loopback address comes in on an internal channel: a proxy or scanner on this host that hides its clients would make them all internal.',
  'lint/local-domain':
    'A local domain is not delivered on the local channel, or a domain that is delivered there does not count as local.',
  'lint/bare-domain':
    'A rule for the hosts below a domain lies inside, but it does not take the domain itself, whose mail goes outside.',
  'lint/alias-name':
    'An alias is at a domain that no address has any more when aliases are looked up, so it is never found under that name.',
  'lint/undecided':
    'A question of `pmdf check` to the policy had no answer: a look-up failed or a limit was reached.',
  'lint/entry-never-matches':
    'The entries above this one take everything that its pattern matches, or no text matches it at all. Decided exactly, with an example.',
  'lint/entries-left-out':
    'A table is too large for all of its entries to be compared with those above them.',
  'lint/entry-channel':
    'The source or destination channel of an entry is none that there is, so the entry never matches.',
  'lint/rule-never-fires':
    'Rules that are tried before this one fire wherever it could, and nothing in them can fail.',
  'lint/rule-always-fails':
    'A substitution in a template is empty for every host that the pattern takes, so the rule never applies.',
  'lint/rule-to-nowhere':
    'A rule leads to a host that no channel has, so that the mail it takes is refused; with an error text (`$?`) beside it the refusal is taken as intended.',
  'lint/value-to-nowhere':
    'A value of the general database leads to a host that no channel has, so mail for its key is refused. Values are templates: `jdoe%other.com`.',
  'lint/unasked-entry':
    'An entry of the general database that no rule and no table ever asks for, so mail for its key goes on as if it were not there.',
  'lint/no-process-channel':
    '`PROCESS-DAEMON` is named in a table, an alias or a database, and channel `process` does not exist, so mail that is sent this way is refused.',
  'lint/forward-refused':
    'Mail from outside for somebody whose mail is forwarded outside is refused as relaying; through the process channel it is not.',
  'lint/nobody-inside':
    'Rules or keywords put clients of your own on a channel on which none ever comes in: `allowswitchchannel` or `switchchannel` was forgotten.',
  'lint/placeholder':
    '`domain.com`, or a name that is reserved for examples, was copied from a manual and is not a domain of this site.',
  'lint/unreached-channel': 'No rule, entry, alias, database, keyword or listener leads to this channel.',
  'lint/unreached-table': 'A mapping table is asked only by tables that nothing asks.',
  'lint/no-database':
    'A template asks the general database, but none is configured, so whatever gets there is deferred.',
  'lint/ends-by-failing':
    'When a look-up or test of this template fails the table ends, though entries further down match too; `$C` to its left goes on.',
  'lint/flag-in-text':
    'A letter behind a dollar stands in the middle of a text and so is a flag; a blank is written `$ `, with the blank.',
  'lint/text-without-flag':
    'A template of an access table is a text without a flag, so it permits; a rejection begins with `$N`.',
  'lint/flag-argument':
    'The argument of a flag is not of its kind: arguments stand in the text in the order of the flag list, whatever the order of the flags.',
  'lint/percent-wildcard':
    'A bare `%` stands in an address where a percent sign would divide it; it matches any one character, the sign is written `$%`.',
  'lint/switched-source':
    'An entry is for the channel that connections start with, and does nothing for clients that are switched to another.',
  'lint/costly-pattern':
    'A pattern takes very many steps on the longest probe that can come; the worst is shown, with figures.',
  'lint/name-unconfirmed':
    'With `forwardchecknone` a name counts though it does not lead back to the client, and a name under this rule may relay.',
  'lint/proxy-internal':
    'A proxy that may pass addresses of clients on lies in an internal network: whoever it does not name comes in as internal.',
} as const;
