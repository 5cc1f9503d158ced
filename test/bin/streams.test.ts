/*
 * Many inputs on standard input: in order, in one process, no faster than the reader reads, and quiet when the reader
 * leaves.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { PassThrough, Writable } from 'node:stream';
import { requestOn } from '../../bin/explain/request-lines.js';
import type { Result } from '../../bin/support/command.js';
import { noPaint } from '../../bin/support/paint.js';
import { linesOf } from '../../bin/support/read-lines.js';
import { splitWords } from '../../bin/support/split-words.js';
import { UsageError } from '../../bin/support/usage-error.js';
import { resultFor, writeJson, writeTexts } from '../../bin/support/write-results.js';
import { CommandFolder } from './support/command-folder.js';

describe('standard input with many lines', function () {
  this.timeout(300_000);
  const command = new CommandFolder();
  const count = 100_000;

  before(() => {
    const addresses = Array.from({ length: count }, (_, index) => `user${index}@domain.com\n`);
    writeFileSync(command.path('addresses'), addresses.join(''));
    const requests = addresses.slice(0, 20_000).map((one) => `--to ${one}`);
    writeFileSync(command.path('requests'), requests.join(''));
  });

  it('is answered line by line: 100 000 addresses', () => {
    const run = command.shell(
      "pmdf test rewrite - < addresses | tee answers | grep -c '^user[0-9]*@'; tail -n 1 answers",
    );
    assert.match(run.stdout, /^100000\n +routed +`user99999@domain\.com`/);
  });

  it('is answered as one JSON object: 100 000 strings', () => {
    const run = command.shell(
      `pmdf test match '*@*' - --json < addresses > answers; "$NODE" -e 'const { results } = JSON.parse(fs.readFileSync("answers", "utf8")); console.log(results.length, results[99999].captures[0])'`,
    );
    assert.equal(run.stdout, '100000 user99999\n');
  });

  it('accepts requests: 20 000 recipients', () => {
    const run = command.shell(
      "pmdf explain --client 192.0.2.7 --from '' - < requests | grep -c '^to <user[0-9]*@domain.com>$'",
    );
    assert.equal(run.stdout, '20000\n');
  });

  it('prints no error when its reader leaves early', () => {
    for (const line of [
      'pmdf test rewrite - < addresses | head -n 1',
      'pmdf test rewrite - --json < addresses | head -n 1',
      "pmdf explain --client 192.0.2.7 --from '' - < requests | head -n 1",
      'pmdf test -rewrite < addresses | head -n 1',
      "yes | pmdf test match '*' - | head -n 1",
      'yes | pmdf test -match | head -n 1',
      'pmdf completion bash | true',
      'pmdf help | true',
    ]) {
      const run = command.shell(`{ ${line}; }; true`);
      assert.ok(run.stdout.split('\n').length <= 2, `${line}\n${run.stdout}`);
      assert.doesNotMatch(run.stdout, /EPIPE|Error/, line);
    }
  });

  it('reports an error when its output cannot be written', () => {
    for (const line of ['pmdf check', 'pmdf show --json', 'pmdf test rewrite - < addresses']) {
      const { stdout, exitCode } = command.shell(`${line} > /dev/full`);
      assert.equal(stdout, 'pmdf: cannot write to standard output: the disk is full\n');
      assert.equal(exitCode, 1);
    }
  });

  it('answers a line as soon as it arrives', () => {
    // The second line is written only after the answer to the first was read.
    const line = `coproc pmdf test match '*' -; echo a >&\${COPROC[1]}; while read -r said <&\${COPROC[0]}; do [ "$said" = Match. ] && break; done; echo "$said"; exec {COPROC[1]}>&-; wait`;
    assert.match(command.shell(line).stdout, /Match\./);
  });

  it('survives hostile lines', () => {
    const hostile = "printf '\\033[31mred\\007|\\342\\200\\256\\n\\000\\n\\377\\n%0200000d\\n' 1";
    for (const line of [
      'test rewrite -',
      "test match '*$A*x%' -",
      'test mapping ORIG_SEND_ACCESS -',
      "explain --client 192.0.2.7 --from '' -",
      'test -rewrite',
      'test -mapping -table=ORIG_SEND_ACCESS -debug',
      'test -mapping',
      'test -match',
    ]) {
      const { stdout } = command.shell(`${hostile} | pmdf ${line}`);
      assert.doesNotMatch(stdout, /[^\P{Cc}\n]|[\p{Zl}\p{Zp}\p{Cs}]|\u202e/u, line);
      assert.doesNotMatch(stdout, /^\s+at .*:\d+:\d+/m, line);
      assert.ok(stdout.length < 60_000, line);
    }
  });

  it('refuses an invalid line', () => {
    const run = command.shell("head -c 3000000 /dev/zero | tr '\\0' a | pmdf test rewrite -");
    assert.equal(run.stdout, 'pmdf: line 1 is longer than 1000000 characters\n');
    assert.equal(run.exitCode, 1);
  });
});

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const each: string[] = [];
  for await (const line of lines) each.push(line);
  return each;
}

describe('lines of a stream', () => {
  const rows: readonly (readonly [string, readonly (string | Buffer)[], readonly string[]])[] = [
    ['nothing', [], []],
    ['one line', ['a\n'], ['a']],
    ['a last line without end', ['a\nb'], ['a', 'b']],
    ['empty lines', ['\n\n'], ['', '']],
    ['CRLF, also between two pieces', ['a\r\nb\r', '\nc'], ['a', 'b', 'c']],
    ['a line in many pieces', ['a', 'b', 'c\nd'], ['abc', 'd']],
    ['a character in two pieces', [Buffer.from([0xc3]), Buffer.from([0xbc, 0x0a])], ['ü']],
    ['half a character at the end', [Buffer.from([0x61, 0xc3])], ['a\ufffd']],
  ];
  for (const [name, pieces, expected] of rows) {
    it(`reads ${name}`, async () => {
      const stream = new PassThrough();
      for (const piece of pieces) stream.write(piece);
      stream.end();
      assert.deepEqual(await all(linesOf(stream)), expected);
    });
  }
});

describe('words of a line', () => {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['', []],
    ['  a  b ', ['a', 'b']],
    ["'a b' ''", ['a b', '']],
    ['"a \\"b\\" \\\\"', ['a "b" \\']],
    ["a\\ b 'c\\'", ['a b', 'c\\']],
    ['a"b"\'c\'', ['abc']],
    ['$HOME *', ['$HOME', '*']],
  ];
  for (const [line, words] of rows) {
    it(`splits ${JSON.stringify(line)}`, () => assert.deepEqual(splitWords(line), words));
  }
  for (const line of ["'a", '"a', 'a\\', '"a\\']) {
    it(`refuses ${line}`, () => assert.throws(() => splitWords(line), UsageError));
  }
});

describe('a line of requests', () => {
  const common = {
    flags: new Set<string>(),
    values: new Map([
      ['client', '192.0.2.7'],
      ['from', ''],
    ]),
    lists: new Map([['to', ['a@b']]]),
    words: [],
  };

  it("contains the command line's options, and more", () => {
    const question = requestOn(
      '{"auth": "bob", "tls": true, "live": false, "port": 587, "to": "c@d"}',
      common,
    );
    const request = question?.request;
    assert.deepEqual(
      [request?.authUser, request?.tls, question?.live, request?.server.port, request?.to],
      ['bob', true, false, 587, ['c@d']],
    );
    assert.deepEqual(requestOn("--helo 'a b'", common)?.request.helo, 'a b');
    assert.deepEqual(requestOn('--to c --to d', common)?.request.to, ['c', 'd']);
  });

  it('may be empty', () => {
    for (const line of ['', '  ', '# client']) assert.equal(requestOn(line, common), null);
  });

  it('treats names of Object.prototype like other unknown fields', () => {
    assert.throws(() => requestOn('{"__proto__": 1}', common), /no field/);
    assert.throws(() => requestOn('{"constructor": "x"}', common), /no field/);
  });
});

describe('results on their way out', () => {
  /** Records its input; its buffer is always full, so that the writer has to wait. */
  function sink(): { stream: Writable; text: () => string } {
    let text = '';
    const stream = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _encoding, done) {
        text += chunk.toString();
        setImmediate(done);
      },
    });
    return { stream, text: () => text };
  }

  function result(name: string, exitCode: Result['exitCode'] = 0): Result {
    return { exitCode, json: { name }, text: () => [name] };
  }

  async function* three(): AsyncGenerator<Result> {
    yield result('a');
    yield result('b', 64);
    yield result('c', 1);
  }

  async function* failing(first: readonly Result[]): AsyncGenerator<Result> {
    yield* first;
    throw new Error('gone');
  }

  const onFailure = () => ({ exitCode: 2, json: { error: 'gone' } }) as const;

  it('are texts with blank lines between them, and the highest exit code', async () => {
    const { stream, text } = sink();
    assert.equal(await writeTexts(three(), noPaint, stream), 64);
    assert.equal(text(), 'a\n\nb\n\nc\n');
  });

  it('are one JSON object', async () => {
    const { stream, text } = sink();
    assert.equal(await writeJson(three(), stream, onFailure), 64);
    assert.equal(
      text(),
      `${JSON.stringify({ results: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] }, null, 2)}\n`,
    );
  });

  it('are one JSON object when an error occurs in the middle', async () => {
    const { stream, text } = sink();
    assert.equal(await writeJson(failing([result('a', 1)]), stream, onFailure), 2);
    assert.deepEqual(JSON.parse(text()), { results: [{ name: 'a' }, { error: 'gone' }] });
  });

  it('are empty when an error occurs before the first', async () => {
    const { stream, text } = sink();
    await assert.rejects(writeJson(failing([]), stream, onFailure), /gone/);
    assert.equal(text(), '');
  });

  it('do not end with one input that fails', async () => {
    const failed = await resultFor('x', async () => {
      throw new Error('step limit reached');
    });
    assert.deepEqual([failed.exitCode, failed.json], [1, { input: 'x', error: 'step limit reached' }]);
    assert.deepEqual(failed.text(noPaint), ['x', '  error  step limit reached']);
  });
});
