/*
 * The files that `pmdf init --pmdf` copies from a folder of PMDF or Messaging Server.
 */
import assert from 'node:assert/strict';
import { readOptionFile } from '../../../bin/init/option-file.js';
import { dispatcherBeside, optionsOf, pmdfTableFiles } from '../../../bin/init/pmdf-files.js';
import { copiedSettings } from '../../../bin/init/print-policy.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('files of PMDF and Messaging Server for pmdf init', () => {
  const folder = temporaryFolder();
  const paths = (): string[] => pmdfTableFiles(folder.path('table')).map(({ path }) => path);

  it('are imta.cnf and what it includes by the names of Messaging Server', () => {
    folder.write(
      'table/imta.cnf',
      '<IMTA_TABLE:internet.rules\n</opt/SUNWmsgsr/config/mine\n</elsewhere/x\n',
    );
    for (const name of [
      'internet.rules',
      'mine',
      'x',
      'mappings',
      'forward.txt',
      'option.dat',
      'job_controller.cnf',
    ])
      folder.write(`table/${name}`, '');
    const names = ['forward.txt', 'imta.cnf', 'internet.rules', 'mappings', 'mine'];
    assert.deepEqual(
      paths(),
      names.map((name) => `config/pmdf/${name}`),
    );
  });

  it('are only pmdf.cnf if both exist', () => {
    folder.write('table/imta.cnf', '');
    folder.write('table/pmdf.cnf', '');
    assert.deepEqual(paths(), ['config/pmdf/pmdf.cnf']);
  });

  it('are refused if there is a Unified Configuration, or nothing', () => {
    folder.write('table/x', '');
    assert.throws(paths, /neither pmdf\.cnf nor imta\.cnf/);
    folder.write('table/config.xml', '<config/>');
    assert.throws(paths, /config\.xml in .* is a Unified Configuration, which is not supported/);
  });

  it('find option.dat and dispatcher.cnf', () => {
    folder.write('table/a', '');
    assert.deepEqual(optionsOf(folder.path('table')), { settings: [], ignored: [] });
    assert.equal(dispatcherBeside(folder.path('table')), undefined);
    folder.write('table/option.dat', 'ACCESS_ORCPT=1\n');
    folder.write('table/dispatcher.cnf', '');
    assert.equal(optionsOf(folder.path('table')).settings.length, 1);
    assert.equal(dispatcherBeside(folder.path('table')), folder.path('table/dispatcher.cnf'));
  });

  it('are option.dat if it is about LDAP or the log', () => {
    folder.write('table/pmdf.cnf', '');
    folder.write('table/option.dat', '! LDAP_HOST=no\nACCESS_ORCPT=1\n');
    assert.deepEqual(paths(), ['config/pmdf/pmdf.cnf']);
    const read = [
      'LDAP_HOST',
      'ldap_port',
      'LDAP_TIMEOUT',
      'MAX_URLS',
      'ALIAS_URL3',
      'REVERSE_URL',
      'LOG_FORMAT',
    ];
    for (const name of read) {
      folder.write('table/option.dat', `${name}=1\n`);
      assert.deepEqual(paths(), ['config/pmdf/option.dat', 'config/pmdf/pmdf.cnf'], name);
      assert.deepEqual(optionsOf(folder.path('table')), { settings: [], ignored: [] }, name);
    }
  });

  it('are the option files of directory channels, and their databases in text', () => {
    const others = ['l_option', 'tcp_local_option', 'mydirectory_option', 'directories/a.example.idx'];
    const copied = ['directories/a.example.txt', 'directory_option', 'directory_students_option', 'pmdf.cnf'];
    for (const name of [...others, ...copied]) folder.write(`table/${name}`, name);
    assert.deepEqual(
      paths(),
      copied.map((name) => `config/pmdf/${name}`),
    );
  });

  const everyFile = () => true;
  for (const [text, settings, ignored] of [
    ['', [], []],
    ['! ACCESS_ORCPT=1\n;ACCESS_ORCPT=1\n#ACCESS_ORCPT=1\n', [], []],
    [' access_orcpt = 1 \r\n', ['access: { orcpt: true } # ACCESS_ORCPT of option.dat'], []],
    ['ACCESS_ORCPT=1\nACCESS_ORCPT=0\n', [], []],
    ['USE_TEXT_DATABASES=1\n', [], []],
    [
      'USE_TEXT_DATABASES=4\nLOG_USERNAME=1\nDEQUEUE_DEBUG=1\nLDAP_HOST=x\nLDAP_LOCAL_HOST=y\nMAX_ALIAS_LEVELS=9',
      ['databases: # USE_TEXT_DATABASES of option.dat', '  forward: forward.txt'],
      ['LDAP_LOCAL_HOST', 'MAX_ALIAS_LEVELS'],
    ],
    [
      'RETURN_ADDRESS=robot@domain.com\nRETURN_PERSONAL="The site\'s robot"\nRETURN_UNITS=1\nBOUNCE_BLOCK_LIMIT=50\n',
      [
        'notices: # of option.dat',
        "  return_address: 'robot@domain.com' # RETURN_ADDRESS",
        "  return_personal: 'The site''s robot' # RETURN_PERSONAL",
        '  return_units: hours # RETURN_UNITS',
        '  bounce_block_limit: 50 # BOUNCE_BLOCK_LIMIT',
      ],
      [],
    ],
    [
      'RETURN_ADDRESS=<no address>\nCONTENT_RETURN_BLOCK_LIMIT=0\nHISTORY_TO_RETURN=many\nLINES_TO_RETURN=-1\n',
      [],
      [],
    ],
    [
      'RETURN_ADDRESS=robot\nHISTORY_TO_RETURN=500\nLINES_TO_RETURN=0\n',
      [
        'notices: # of option.dat',
        "  return_address: 'robot' # RETURN_ADDRESS",
        '  lines_to_return: 0 # LINES_TO_RETURN',
        '  history_to_return: 200 # HISTORY_TO_RETURN',
      ],
      [],
    ],
  ] as const) {
    it(`read ${JSON.stringify(text)}`, () => {
      assert.deepEqual(readOptionFile(text, everyFile), { settings, ignored });
    });
  }

  it('name no missing database', () => {
    assert.deepEqual(readOptionFile('USE_TEXT_DATABASES=7', () => false).settings, []);
  });

  it('give pmdf.yaml the channels of ports', () => {
    const channels = new Map([[587, 'tcp_submit']]);
    const text = copiedSettings(
      { throughPlugin: 'smtp_forward', nextHop: null },
      {
        options: [],
        channels,
        connections: 30,
      },
    );
    assert.match(text, /^listeners:\n {2}587: tcp_submit$/m);
    assert.match(text, /^limits: \{ connections: 30 \}$/m);
  });
});
