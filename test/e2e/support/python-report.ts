/*
 * Reads a report with Python's package `email`, as other programs do.
 */
import { execFileSync } from 'node:child_process';

/** A report as a program sees it. */
export interface PythonReport {
  /** The types of the message and its parts, in order of occurrence. */
  readonly types: readonly string[];
  readonly reportType: string | null;
  /** What is wrong with its form. */
  readonly defects: readonly string[];
  /** The header of the report. */
  readonly header: Readonly<Record<string, string>>;
  /** The fields of the message, then those of each recipient. */
  readonly status: readonly Readonly<Record<string, string>>[];
  readonly words: string;
  /** The subject of the message that came back. */
  readonly subject: string | null;
}

const script = `
import base64, email, email.policy, json, sys

def status_of(part, data):
    if part.get_content_type() == 'message/delivery-status':
        return part.get_payload()
    # The package does not know the form of RFC 6533.
    raw = data.split(b'global-delivery-status\\r\\n', 1)[1].split(b'\\r\\n\\r\\n', 1)[1].split(b'\\r\\n--', 1)[0]
    return [email.message_from_bytes(one.strip() + b'\\n\\n', policy=email.policy.SMTPUTF8)
            for one in raw.split(b'\\r\\n\\r\\n')]

def read(data):
    message = email.message_from_bytes(data, policy=email.policy.default)
    report = message.get_payload()
    inner = report[2].get_payload()
    returned = inner[0] if isinstance(inner, list) else email.message_from_string(inner, policy=email.policy.default)
    return {
        'types': [one.get_content_type() for one in [message] + report],
        'reportType': message.get_param('report-type'),
        'defects': [repr(d) for one in message.walk() for d in one.defects],
        'header': dict((k, str(v)) for k, v in message.items()),
        'status': [dict((k, str(v)) for k, v in one.items()) for one in status_of(report[1], data)],
        'words': report[0].get_content().replace('\\r\\n', '\\n'),
        'subject': returned['Subject'],
    }

print(json.dumps([read(base64.b64decode(line)) for line in sys.stdin]))
`;

/** Reads reports; throws when Python cannot. */
function readAll(messages: readonly Buffer[]): readonly PythonReport[] {
  const input = messages.map((one) => `${one.toString('base64')}\n`).join('');
  return JSON.parse(execFileSync('python3', ['-c', script], { input, encoding: 'utf8' }));
}

/** Reads reports of a list, all at once when the first is asked for, since Python takes long to start. */
export class PythonReader {
  readonly #messages: () => readonly Buffer[];
  #reports: ReadonlyMap<Buffer, PythonReport> | null = null;

  constructor(messages: () => readonly Buffer[]) {
    this.#messages = messages;
  }

  /** Reads one of the list; throws when it is not in it. */
  read(message: Buffer | undefined): PythonReport {
    const messages = this.#messages();
    this.#reports ??= new Map(
      readAll(messages).map((report, at) => [messages[at] ?? Buffer.alloc(0), report]),
    );
    const found = message === undefined ? undefined : this.#reports.get(message);
    if (found === undefined) throw new Error('this report is not in the list');
    return found;
  }
}
