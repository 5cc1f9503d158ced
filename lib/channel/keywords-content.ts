/*
 * Keywords about messages: size, encoding, headers, filters. Sizes are limited; otherwise messages pass as they are.
 * Ref: PMDF 2.3.4
 */
import { alone, integer, type Keyword, lacks, oneOf, word } from './keyword.js';

const sizes: readonly Keyword[] = [
  ...oneOf('block limit', 'yes', [
    ['blocklimit', 'The largest number of blocks in a message.', { arguments: integer() }],
    ['noblocklimit', 'A message may have any number of blocks.', { isDefault: true }],
  ]),
  ...oneOf('line limit', 'yes', [
    ['linelimit', 'The largest number of lines in a message.', { arguments: integer() }],
    ['nolinelimit', 'A message may have any number of lines.', { isDefault: true }],
  ]),
  ...oneOf('source block limit', 'yes', [
    [
      'sourceblocklimit',
      'The largest number of blocks in a message from this channel.',
      { arguments: integer() },
    ],
    ['nosourceblocklimit', 'A message from this channel may have any number of blocks.'],
  ]),
  ...alone('no', [
    ['urgentblocklimit', 'Larger mail is no longer urgent.', { arguments: integer() }],
    ['normalblocklimit', 'Larger mail is no longer normal.', { arguments: integer() }],
    ['nonurgentblocklimit', 'Larger mail waits for a periodic job.', { arguments: integer() }],
    ['maxblocks', 'The largest number of blocks in one part of a split message.', { arguments: integer() }],
    ['maxlines', 'The largest number of lines in one part of a split message.', { arguments: integer() }],
    ['linelength', 'The largest number of characters in a line.', { arguments: integer(1) }],
  ]),
  ...oneOf('over quota', 'no', [
    ['holdexquota', 'Mail for users over quota is held.'],
    ['noexquota', 'Mail for users over quota is returned.'],
    ['exquota', 'Mail for users over quota is delivered.'],
  ]),
];

const encoding: readonly Keyword[] = [
  ...alone('no', [
    ['charset7', 'The character set of seven-bit text without a label.', { arguments: word }],
    ['charset8', 'The character set of eight-bit text without a label.', { arguments: word }],
    ['charsetesc', 'The character set of text with escapes without a label.', { arguments: word }],
    ['language', 'The language of encoded words without one.', { arguments: word }],
  ]),
  ...oneOf('defragmentation', 'no', [
    ['defragment', 'Partial messages are reassembled.'],
    ['nodefragment', 'Partial messages pass as they are.', { isDefault: true }],
  ]),
  ...oneOf('thurman', 'no', [
    ['thurman', 'Encoded parts in plain text are turned into MIME parts.'],
    ['nothurman', 'Encoded parts in plain text stay as they are.', { isDefault: true }],
  ]),
  ...oneOf('encoding header line', 'no', [
    ['interpretencoding', 'An Encoding header line is acted upon.', { isDefault: true }],
    ['ignoreencoding', 'An Encoding header line is ignored.'],
  ]),
  ...oneOf('octet streams', 'no', [
    ['convert_octet_stream', 'Octet streams are converted.'],
    ['noconvert_octet_stream', 'Octet streams stay as they are.', { isDefault: true }],
  ]),
  ...oneOf('blank headers', 'no', [
    ['dropblank', 'Empty header lines are removed.'],
    ['nodropblank', 'Empty header lines are kept.', { isDefault: true }],
  ]),
];

const headers: readonly Keyword[] = [
  ...oneOf('header trimming', 'no', [
    ['headertrim', 'Headers are trimmed by a file of options.'],
    ['noheadertrim', 'Headers are not trimmed.', { isDefault: true }],
  ]),
  ...oneOf('header reading', 'no', [
    ['headerread', 'Headers are trimmed by a file of options before they are read.'],
    ['noheaderread', 'Headers are read as they are.', { isDefault: true }],
  ]),
  ...oneOf('header placement', 'no', [
    ['headerinc', 'The header comes before the message.', { isDefault: true }],
    ['headeromit', 'The header is left out.'],
    ['headerbottom', 'The header comes after the message.'],
  ]),
  ...alone('no', [
    ['headerlabelalign', 'The column at which header lines begin.', { arguments: integer() }],
    ['headerlinelength', 'The characters in a header line.', { arguments: integer() }],
    ['maxheaderaddrs', 'The addresses in one header line.', { arguments: integer() }],
    ['maxheaderchars', 'The characters in one header line.', { arguments: integer() }],
    ['maxprocchars', 'The longest header that is processed.', { arguments: integer() }],
  ]),
  ...oneOf('day of week', 'no', [
    ['dayofweek', 'Dates have the day of the week.', { isDefault: true }],
    ['nodayofweek', 'Dates have no day of the week.'],
  ]),
  ...oneOf('years', 'no', [
    ['datefour', 'Years have four digits.', { isDefault: true }],
    ['datetwo', 'Years have two digits.'],
  ]),
  ...oneOf('recipient in Received', 'no', [
    ['receivedfor', 'Received header lines name the recipient.', { isDefault: true }],
    ['noreceivedfor', 'Received header lines do not name the recipient.'],
  ]),
  ...oneOf('sender in Received', 'no', [
    ['receivedfrom', 'Received header lines name the original envelope From.', { isDefault: true }],
    ['noreceivedfrom', 'Received header lines do not name the original envelope From.'],
  ]),
  ...oneOf('X-Envelope-to', 'no', [
    ['x_env_to', 'X-Envelope-to header lines are added.'],
    ['nox_env_to', 'X-Envelope-to header lines are not added.', { isDefault: true }],
  ]),
  ...oneOf('personal names', 'no', [
    ['personalinc', 'Personal names are kept.', { isDefault: true }],
    ['personalmap', 'Personal names are mapped.'],
    ['personalomit', 'Personal names are left out.'],
    ['personalstrip', 'Personal names lose troublesome characters.'],
  ]),
  ...oneOf('comments', 'no', [
    ['commentinc', 'Comments in addresses are kept.', { isDefault: true }],
    ['commentmap', 'Comments in addresses are mapped.'],
    ['commentomit', 'Comments in addresses are left out.'],
    ['commentstrip', 'Comments in addresses lose troublesome characters.'],
    ['commenttotal', 'Comments are left out of every header line.'],
  ]),
  ...oneOf('source personal names', 'no', [
    ['sourcepersonalinc', 'Personal names in incoming mail are kept.', { isDefault: true }],
    ['sourcepersonalmap', 'Personal names of incoming mail are mapped.'],
    ['sourcepersonalomit', 'Personal names of incoming mail are left out.'],
    ['sourcepersonalstrip', 'Personal names of incoming mail lose troublesome characters.'],
  ]),
  ...oneOf('source comments', 'no', [
    ['sourcecommentinc', 'Comments in incoming mail are kept.', { isDefault: true }],
    ['sourcecommentmap', 'Comments of incoming mail are mapped.'],
    ['sourcecommentomit', 'Comments of incoming mail are left out.'],
    ['sourcecommentstrip', 'Comments of incoming mail lose troublesome characters.'],
    ['sourcecommenttotal', 'Comments are left out of every header line of incoming mail.'],
  ]),
  ...lacks(
    'limits',
    oneOf('sensitivity', 'no', [
      ['sensitivitynormal', 'Mail of normal sensitivity is accepted.'],
      ['sensitivitypersonal', 'Mail up to personal is accepted.'],
      ['sensitivityprivate', 'Mail up to private is accepted.'],
      ['sensitivitycompanyconfidential', 'Mail of any sensitivity is accepted.', { isDefault: true }],
    ]),
  ),
];

const filters: readonly Keyword[] = lacks('filters', [
  ...oneOf('user filter', 'no', [
    ['filter', 'Where the filters of users are.', { arguments: word }],
    ['nofilter', 'Users have no filters.', { isDefault: true }],
  ]),
  ...oneOf('source filter', 'no', [
    ['sourcefilter', 'The filter for incoming mail.', { arguments: word }],
    ['nosourcefilter', 'Incoming mail has no filter.', { isDefault: true }],
  ]),
  ...oneOf('destination filter', 'no', [
    ['destinationfilter', 'The filter for outgoing mail.', { aliases: ['channelfilter'], arguments: word }],
    [
      'nodestinationfilter',
      'Outgoing mail has no filter.',
      { aliases: ['nochannelfilter'], isDefault: true },
    ],
  ]),
  ...oneOf('fileinto', 'no', [
    ['fileinto', 'How the address is made when a filter files into a folder.', { arguments: word }],
    ['nofileinto', 'Filters file into no folder.', { isDefault: true }],
  ]),
]);

export const contentKeywords: readonly Keyword[] = [...sizes, ...encoding, ...headers, ...filters];
