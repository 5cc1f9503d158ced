/*
 * The answer for a channel in one line.
 */
import { counted } from '../../text/index.js';
import { type ChannelProof, isSettled, openWays } from './relay-proof.js';

/** The line, and whether it is good news. */
export interface AnswerWords {
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'doubtful';
}

/** Puts the answer into words. */
export function answerWords(proof: ChannelProof): AnswerWords {
  const { channel, closed, answer, ways } = proof;
  const say = (tone: AnswerWords['tone'], text: string): AnswerWords => ({
    tone,
    text: `${channel}: ${text}`,
  });
  if (closed !== null) return say('good', `proved: strangers cannot name a recipient: ${closed}`);
  switch (answer) {
    case 'proved':
      return say('good', 'proved: strangers cannot relay');
    case 'relays':
      return isSettled(proof)
        ? say('good', `proved: strangers can relay only in ${counted(ways.length, 'way')} that you allow`)
        : say('bad', `strangers can relay, in ${counted(openWays(proof).length, 'way')}`);
    case 'cannot-tell':
      return say('doubtful', 'cannot tell whether strangers can relay');
    case 'not-decided':
      return say('doubtful', 'not decided whether strangers can relay: the limit of work was reached');
  }
}
