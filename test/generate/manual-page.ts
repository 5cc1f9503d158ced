/*
 * The manual page: the help of all commands, in the macros of man.
 */
import { commands } from '../../bin/commands.js';
import { type Command, commonOptions } from '../../bin/support/command.js';
import { exitCodes, generalOptions, purpose, spelling } from '../../bin/support/help.js';

/** Text as roff; text between backticks is bold. */
function roff(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha')
    .replaceAll(/`([^`]*)`/g, '\\fB$1\\fR');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

// Escapes make a line longer.
const widest = 66;

/** Breaks a line between words. */
function wrapped(sentence: string): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= widest) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** Bold stretches keep their words together, since a line is made roff by itself. */
function tied(text: string): string {
  return text.replaceAll(/`[^`]*`/g, (bold) => bold.replaceAll(' ', '\u00a0'));
}

/** Sentences begin on lines of their own, as typesetters want them. */
function paragraph(text: string): string[] {
  return tied(text)
    .replaceAll(/([.;:]) (?=[A-Z`])/g, '$1\n')
    .split('\n')
    .flatMap(wrapped)
    .map((line) => roff(line).replaceAll('\u00a0', ' '));
}

function item(term: string, text: string): string[] {
  return ['.TP', `.B ${roff(term)}`, ...paragraph(text)];
}

function commandSection(command: Command): string[] {
  const title = ['pmdf', command.name, command.operands].filter((part) => part !== '').join(' ');
  const options = [...command.options, ...commonOptions.filter((one) => one.name !== 'help')];
  return [
    `.SS ${roff(title)}`,
    ...paragraph(`${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.`),
    ...paragraph(command.about.join(' ')),
    ...options.flatMap((option) => item(spelling(option, command.style), option.help)),
  ];
}

const examples: readonly (readonly [string, string])[] = [
  ['Shows everything that is wrong or doubtful:', 'pmdf check'],
  ['Why is this mail refused?', 'pmdf explain --client 192.0.2.7 --from a@b.example --to bob@other.com'],
  [
    'The same with the name that DNS gives the client:',
    'pmdf explain --live --client 192.0.2.7 --from a@b.example --to bob@other.com',
  ],
  ['Where do these addresses go?', 'pmdf test rewrite - < addresses'],
  ['The same as PMDF shows it:', 'pmdf test -rewrite bob@domain.com'],
];

/** The text of docs/pmdf.1. */
export function manualPage(): string {
  const lines = [
    '.\\" Written by `npm run docs` from the help of the commands.',
    '.TH PMDF 1 "" haraka\\-plugin\\-pmdf',
    '.SH NAME',
    'pmdf \\- check the policy of haraka\\-plugin\\-pmdf, and show how it decides',
    '.SH SYNOPSIS',
    '.B pmdf',
    '.I command',
    '.RI [ operand ...]',
    '.RI [ option ...]',
    '.SH DESCRIPTION',
    ...paragraph(purpose),
    ...paragraph(
      'It reads the files that the gateway reads and asks the same engine; it sends nothing, listens nowhere, and needs no running Haraka.',
    ),
    '.PP',
    ...paragraph(
      "An option is written `--name value` or `--name=value`. PMDF's spellings work too: one dash, any case, `_` for `-`. `--` ends the options, for words that begin with a dash.",
    ),
    '.SH OPTIONS',
    ...generalOptions.flatMap(([term, help]) => item(term, help)),
    '.SH COMMANDS',
    ...commands.flatMap(commandSection),
    '.SH EXIT STATUS',
    ...exitCodes.flatMap(([code, meaning]) => item(String(code), meaning)),
    '.SH ENVIRONMENT',
    ...item(
      'NO_COLOR',
      'When it is set and not empty, nothing is coloured. Only terminals get colour at all.',
    ),
    '.SH FILES',
    ...item('config/pmdf/pmdf.cnf', 'Rewrite rules and channels.'),
    ...item('config/pmdf/mappings', 'Mapping tables, those of access control among them.'),
    ...item('config/pmdf/pmdf.yaml', 'Settings, and the whole policy where it is kept in one file.'),
    ...item('config/pmdf/passwords', 'The password database.'),
    '.SH EXAMPLES',
    ...examples.flatMap(([text, command], index) => [
      ...(index === 0 ? [] : ['.PP']),
      roff(text),
      '.PP',
      '.nf',
      `    ${roff(command)}`,
      '.fi',
    ]),
    '.SH SEE ALSO',
    ...paragraph('The folder `docs` of the package: command.md and a page for each command.'),
  ];
  return `${lines.join('\n')}\n`;
}
