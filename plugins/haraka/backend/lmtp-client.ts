/*
 * Makes smtp_client, which speaks SMTP alone, greet a server by LMTP. LMTP has no other greeting: where SMTP goes on with HELO,
 * the server is refused.
 * Read from Haraka 3.3.4: smtp_client.js (send_command, command, the event `greeting`). Ref: RFC 2033 4.1
 */
import type { BackendClient } from './smtp-client.js';

/** Has a client, to which nothing was sent yet, say LHLO; `refused` is called when the server does not accept that. */
export function speakLmtp(client: BackendClient, refused: () => void): void {
  const send = client.send_command.bind(client);
  client.send_command = (command, argument) => {
    if (command === 'HELO') refused();
    else send(command === 'EHLO' ? 'LHLO' : command, argument);
    // By this name smtp_client knows what is answered.
    if (command === 'EHLO') client.command = 'ehlo';
  };
}
