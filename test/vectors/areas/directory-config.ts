/*
 * Option files of directory channels.
 *   option_file [domain]    types, the type of `domain`, the error, what is wrong
 *   value                   servers of LDAP_SERVERS
 *   domain, platform vms    the name of the database file
 *   channel                 the name of the option file
 */
import { directoryFile } from '../../../lib/directory/directory-file.js';
import { makeDirectory } from '../../../lib/directory/make-directory.js';
import { optionFileOf, parseDirectoryOptions, parseServers } from '../../../lib/directory/option-file.js';
import { formatDiagnostic } from '../../../lib/text/diagnostic.js';
import { integerOf, parseOptionFile } from '../../../lib/text/option-file.js';
import { type Area, computed } from '../area.js';
import { fileOf, policyOf } from '../engine/policy-text.js';
import { VectorProblem } from '../vector.js';

const cnf =
  '.  $U%$H@TCP-DAEMON\n\nl\ngateway.example.com\n\ntcp_local smtp\nTCP-DAEMON\n\ndirectory\nDIRECTORY-DAEMON\n';

function describeFile(text: string, domain: string | null) {
  const source = fileOf('directory_option', text);
  const { value, diagnostics } = parseDirectoryOptions(source);
  const channel = policyOf({ cnf }).channels.channels.get('directory');
  if (channel === undefined) throw new VectorProblem('there is no channel directory');
  const made = makeDirectory(channel, value, new Map());
  const errors = [...diagnostics, ...made.diagnostics];
  const written = parseOptionFile(source).value.filter(({ name }) => name.includes('.'));
  const found = domain === null ? null : (made.value.domains.get(domain) ?? made.value.others);
  return computed(
    {
      types: Object.fromEntries(written.map((one) => [one.name, integerOf(one.value)])),
      codes: errors.map(({ code }) => code),
      error: errors[0]?.message ?? null,
      type: found === null ? null : found.kind === 'ldap' ? 2 : 0,
    },
    errors.map(formatDiagnostic),
  );
}

export const directoryConfig: Area = (input, expected) => {
  switch (input.nameAmong('option_file', 'value', 'platform', 'channel')) {
    case 'option_file':
      return describeFile(input.text('option_file'), input.textOrNull('domain'));
    case 'value': {
      const servers = parseServers(input.text('value'));
      return computed({ servers: servers?.map(({ host, port }) => [host, port]) ?? null });
    }
    case 'platform': {
      if (input.text('platform') !== 'vms') throw new VectorProblem('the platform is `vms`');
      const domain = input.text('domain');
      const file = String(expected['file']);
      const found = directoryFile(domain, `PMDF_ROOT:[DIRECTORIES]${file}`);
      return computed({ file: found.join() === directoryFile(domain, null).join() ? file : null });
    }
    case 'channel':
      return computed({ option_file: optionFileOf(input.text('channel')) });
    default:
      throw new VectorProblem('the input names neither a file nor a value');
  }
};
