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
import email, email.policy, json, sys
data = sys.stdin.buffer.read()
message = email.message_from_bytes(data, policy=email.policy.default)
parts = list(message.walk())
report = message.get_payload()
status = report[1]
if status.get_content_type() == 'message/delivery-status':
    groups = [dict((k, str(v)) for k, v in one.items()) for one in status.get_payload()]
else:
    # The package knows the form of RFC 6533 only as one message or text.
    raw = data.split(b'global-delivery-status\\r\\n', 1)[1].split(b'\\r\\n\\r\\n', 1)[1].split(b'\\r\\n--', 1)[0]
    groups = [dict((k, str(v)) for k, v in email.message_from_bytes(one.strip() + b'\\n\\n', policy=email.policy.SMTPUTF8).items())
              for one in raw.split(b'\\r\\n\\r\\n')]
last = report[2]
inner = last.get_payload()
if isinstance(inner, list):
    returned = inner[0]
else:
    returned = email.message_from_string(inner, policy=email.policy.default)
print(json.dumps({
    'types': [one.get_content_type() for one in [message] + report],
    'reportType': message.get_param('report-type'),
    'defects': [repr(d) for one in parts for d in one.defects],
    'header': dict((k, str(v)) for k, v in message.items()),
    'status': groups,
    'words': report[0].get_content().replace('\\r\\n', '\\n'),
    'subject': returned['Subject'],
}))
`;

/** Reads a report; throws when Python cannot. */
export function readByPython(message: Buffer): PythonReport {
  return JSON.parse(execFileSync('python3', ['-c', script], { input: message, encoding: 'utf8' }));
}
