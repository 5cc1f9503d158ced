/*
 * Keywords about queues and jobs: what runs when, how often it is tried, what is told about it.
 * Few of them are honoured: queues and jobs are Haraka's.
 * Ref: PMDF 2.3.4
 */
import {
  address,
  alone,
  channel,
  durations,
  integer,
  integers,
  type Keyword,
  oneOf,
  word,
} from './keyword.js';

const jobs: readonly Keyword[] = [
  ...oneOf('directions', 'no', [
    ['bidirectional', 'Programs exist for both directions.', { isDefault: true }],
    ['master', 'A program exists for outgoing mail only.'],
    ['slave', 'A program exists for incoming mail only.'],
  ]),
  ...oneOf('immediate processing', 'no', [
    [
      'immnonurgent',
      'Mail of any priority is processed at once.',
      { aliases: ['immediate'], isDefault: true },
    ],
    ['immnormal', 'Normal and urgent mail is processed at once.'],
    ['immurgent', 'Urgent mail is processed at once.'],
    ['periodic', 'Mail is processed by periodic jobs only.'],
  ]),
  ...oneOf('deferred delivery', 'no', [
    ['deferred', 'A Deferred-delivery header line is honoured.'],
    ['nodeferred', 'A Deferred-delivery header line is not honoured.', { isDefault: true }],
  ]),
  ...oneOf('service conversion', 'no', [
    ['serviceall', 'Every message passes the service conversions.'],
    ['noserviceall', 'Messages pass the service conversions where requested.', { isDefault: true }],
  ]),
  ...alone('yes', [
    ['expandlimit', 'Mail with more recipients than this is expanded later.', { arguments: integer() }],
    ['expandchannel', 'The channel where such mail is expanded.', { arguments: channel }],
    ['addrsperfile', 'The addresses in one message file, 127 by default.', { arguments: integer() }],
  ]),
  ...alone('no', [
    ['after', 'The delay before a job runs.', { arguments: word }],
    ['queue', 'The batch queue of the jobs.', { arguments: word }],
    ['pool', 'The pool of the jobs.', { arguments: word }],
    ['user', 'The user who runs the jobs.', { arguments: word }],
    ['maxjobs', 'The jobs that may run at once.', { arguments: integer() }],
    ['filesperjob', 'The message files for one job.', { arguments: integer() }],
    ['addrsperjob', 'The addresses for one job.', { arguments: integer() }],
    ['threaddepth', 'The messages for one thread.', { arguments: integer() }],
    ['subdirs', 'The directories that the queue is spread over.', { arguments: integer(1) }],
    ['backoff', 'The waiting times between attempts.', { arguments: durations }],
    ['urgentbackoff', 'The waiting times for urgent mail.', { arguments: durations }],
    ['normalbackoff', 'The waiting times for normal mail.', { arguments: durations }],
    ['nonurgentbackoff', 'The waiting times for mail that is not urgent.', { arguments: durations }],
  ]),
];

const notices: readonly Keyword[] = [
  ...oneOf('failures to postmaster', 'yes', [
    ['copysendpost', 'The postmaster gets failed mail unless it came from the null sender.'],
    ['sendpost', 'The postmaster gets all failed mail.'],
    ['errsendpost', 'The postmaster gets failed mail that cannot be returned.'],
    ['nosendpost', 'The postmaster gets no failed mail.'],
  ]),
  ...oneOf('warnings to postmaster', 'yes', [
    ['copywarnpost', 'The postmaster gets warnings unless the mail came from the null sender.'],
    ['warnpost', 'The postmaster gets all warnings.'],
    ['errwarnpost', 'The postmaster gets warnings that cannot be returned.'],
    ['nowarnpost', 'The postmaster gets no warnings.'],
  ]),
  ...oneOf('postmaster copies', 'yes', [
    ['postheadbody', 'Copies to the postmaster have header and body.', { isDefault: true }],
    ['postheadonly', 'Copies to the postmaster have the header only.'],
  ]),
  ...oneOf('postmaster', 'yes', [
    [
      'aliaspostmaster',
      'Mail to postmaster at the official host name of this channel goes to the local one.',
    ],
  ]),
  ...oneOf('postmaster', 'no', [['localpostmaster', 'This channel has the local postmaster.']]),
  ...oneOf('return address', 'yes', [
    ['returnaddress', 'The address that notices come from.', { arguments: address }],
    ['noreturnaddress', 'Notices come from the usual address.', { isDefault: true }],
  ]),
  ...oneOf('return name', 'yes', [
    ['returnpersonal', 'The name that notices come from.', { arguments: word }],
    ['noreturnpersonal', 'Notices come from the usual name.', { isDefault: true }],
  ]),
  ...oneOf('reports', 'no', [
    ['reportheader', 'Receipts are requested in the header.'],
    ['reportboth', 'Receipts are requested in header and envelope.'],
    ['reportnotary', 'Receipts are requested in the envelope.'],
    ['reportsuppress', 'Receipts are not requested.'],
  ]),
  ...oneOf('final address in notices', 'yes', [
    ['includefinal', 'Notices give the final address.', { isDefault: true }],
    ['suppressfinal', 'Notices give only the original address.'],
  ]),
  ...alone('yes', [
    [
      'notices',
      'The ages in days at which senders are told that their mail waits; at the last it is returned.',
      { arguments: integers },
    ],
    ['urgentnotices', 'The ages for urgent mail.', { arguments: integers }],
    ['normalnotices', 'The ages for normal mail.', { arguments: integers }],
    ['nonurgentnotices', 'The ages for mail that is not urgent.', { arguments: integers }],
  ]),
  ...alone('no', [['returnenvelope', 'How the envelope From of notices is made.', { arguments: integer() }]]),
];

const logs: readonly Keyword[] = [
  ...oneOf('logging', 'yes', [
    ['logging', 'Messages and connections are logged.'],
    ['nologging', 'Messages and connections are not logged.', { isDefault: true }],
  ]),
  ...oneOf('master debugging', 'no', [
    ['master_debug', 'The outgoing program writes debugging output.'],
    ['nomaster_debug', 'The outgoing program writes no debugging output.', { isDefault: true }],
  ]),
  ...oneOf('slave debugging', 'no', [
    ['slave_debug', 'The incoming program writes debugging output.'],
    ['noslave_debug', 'The incoming program writes no debugging output.', { isDefault: true }],
  ]),
  ...alone('no', [['description', 'A text that describes the channel.', { arguments: word }]]),
];

export const queueingKeywords: readonly Keyword[] = [...jobs, ...notices, ...logs];
