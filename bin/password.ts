/*
 * `pmdf password set|delete|show|test`: the password database, in `config/pmdf/passwords` or in a store. No secret is ever
 * printed, or read from the command line.
 * Ref: PMDF 32 (pmdf password)
 */

import {
  defaultService,
  hashPassword,
  impossibleHash,
  isPassword,
  objectionTo,
  presentCost,
  serviceName,
  userName,
} from '../runtime/passwords/index.js';
import { findPasswords } from './password/find-passwords.js';
import { matchesUser } from './password/match-user.js';
import { readPassword } from './password/read-password.js';
import {
  type Arguments,
  type Command,
  configurationOptions,
  failedReport,
  fromInput,
  goodReport,
  type Option,
  printColumns,
  quoted,
  type Report,
  UsageError,
  visible,
  wordOption,
} from './support/index.js';

/** The user as written, as a word or with PMDF's option. */
function writtenUser(given: Arguments): string | null {
  const words = given.words.filter((word) => word !== fromInput);
  const option = given.values.get('user');
  const [word, extra = option] = words;
  if (word !== undefined && extra !== undefined) throw new UsageError(`unexpected argument ${quoted(extra)}`);
  return word ?? option ?? null;
}

function userOf(given: Arguments): string {
  const written = writtenUser(given);
  if (written === null) throw new UsageError('`USER` is needed');
  const user = userName(written);
  if (user !== null) return user;
  throw new UsageError(
    `${quoted(written)} is not a valid user name`,
    'it must have 1 to 255 octets and no blanks',
  );
}

function serviceOf(given: Arguments): string | null {
  const written = given.values.get('service');
  if (written === undefined) return null;
  const service = serviceName(written);
  if (service !== null) return service;
  throw new UsageError(
    `${quoted(written)} is not a valid service name`,
    'it must have 1 to 32 letters, digits, `-` and `_`, such as `SMTP`',
  );
}

function missingReport(user: string, service: string | null, json: object): Report {
  const which = service === null ? '' : ` for ${service}`;
  return failedReport(json, `${quoted(user)} has no password${which}`);
}

async function set(given: Arguments): Promise<Report> {
  const user = userOf(given);
  const service = serviceOf(given) ?? defaultService;
  const place = findPasswords(given);
  const isPiped = given.words.includes(fromInput);
  const password = await readPassword(user, { twice: true, fromInput: isPiped });
  const objection = objectionTo(password);
  if (objection !== null) throw new Error(objection);
  const hash = await hashPassword(password);
  const { before, complaint } = await place.set(user, service, hash);
  const replaced = before.length > 0;
  return goodReport(
    { user, service, replaced },
    [`password of ${quoted(user)} for ${service} ${replaced ? 'replaced' : 'added'}`],
    complaint,
  );
}

async function remove(given: Arguments): Promise<Report> {
  const user = userOf(given);
  const service = serviceOf(given);
  const { before: deleted, complaint } = await findPasswords(given).delete(user, service);
  if (deleted.length === 0) return missingReport(user, service, { user, deleted });
  return goodReport(
    { user, deleted },
    [`password of ${quoted(user)} for ${deleted.join(' and ')} deleted`],
    complaint,
  );
}

async function show(given: Arguments): Promise<Report> {
  const pattern = writtenUser(given) ?? '*';
  const service = serviceOf(given);
  const { records, complaint } = await findPasswords(given).list();
  const users = records
    .filter((record) => matchesUser(pattern, record.user) && (service === null || record.service === service))
    .map((record) => ({ user: record.user, service: record.service }));
  if (users.length === 0 && !/[*%]/.test(pattern)) return missingReport(pattern, service, { users });
  return goodReport({ users }, printColumns(users.map((one) => [visible(one.user), one.service])), complaint);
}

async function test(given: Arguments): Promise<Report> {
  const user = userOf(given);
  const service = serviceOf(given) ?? defaultService;
  const hash = await findPasswords(given).hashOf(user, service);
  const password = await readPassword(user, { twice: false, fromInput: given.words.includes(fromInput) });
  const isRight = await isPassword(hash ?? impossibleHash(presentCost), password);
  const match = isRight && hash !== null;
  const json = { user, service, match };
  return match
    ? goodReport(json, [`this is the password of ${quoted(user)} for ${service}`])
    : failedReport(json, `this is not the password of ${quoted(user)} for ${service}`);
}

const userOption: Option = wordOption('user', 'USER', 'the user, in place of USER after the command');

function serviceOption(help: string): Option {
  return { name: 'service', takes: 'a word', value: 'SERVICE', help };
}

const aboutInput = [
  'The password is typed at the terminal, which does not show it. Without a terminal, or with `-` after the user, it is',
  'the first line of standard input, in UTF-8. It cannot be given on the command line, where others could read it.',
];

const forOne = serviceOption(
  'default DEFAULT, which applies to every service without a password of its own, such as SMTP',
);

export const passwordSet: Command = {
  name: 'password set',
  aliases: ['password create', 'password'],
  summary: "set a user's password",
  operands: 'USER [-]',
  words: { least: 0, most: 2 },
  options: [userOption, forOne, ...configurationOptions],
  about: [
    'Stores a hash of the password in `config/pmdf/passwords`, or in the store that the setting `auth.passwords` names; a',
    'running gateway uses it at once. The case of user and service does not matter, that of the password does.',
    ...aboutInput,
  ],
  run: set,
};

export const passwordDelete: Command = {
  name: 'password delete',
  summary: "delete a user's passwords",
  operands: 'USER',
  words: { least: 0, most: 1 },
  options: [userOption, serviceOption('only this one; default all'), ...configurationOptions],
  about: ['Exit code 1 if there is no such password.'],
  run: remove,
};

export const passwordShow: Command = {
  name: 'password show',
  summary: 'list users and services, without passwords',
  operands: '[USER]',
  words: { least: 0, most: 1 },
  options: [userOption, serviceOption('only this one; default all'), ...configurationOptions],
  about: [
    'In USER `*` means any text and `%` any character; put it in quotes. Without USER all users are listed. Exit code 1 if',
    'a user without wildcards has no password.',
  ],
  run: show,
};

export const passwordTest: Command = {
  name: 'password test',
  summary: 'check a password',
  operands: 'USER [-]',
  words: { least: 0, most: 2 },
  options: [userOption, forOne, ...configurationOptions],
  about: [...aboutInput, 'Exit code 0 if it is right, 1 if it is wrong or there is none.'],
  run: test,
};
