/*
 * What the keywords of a channel say about the switching of clients and about their reverse names, worked out once.
 * Ref: PMDF 2.3.4.40, 2.3.4.42
 */
import type { Channel, Confirmation, ReverseNameUse, Switching } from './channel.js';

type Keywords = Channel['keywords'];

function hasIdent(keywords: Keywords, ending: string): boolean {
  return keywords.has(`identnone${ending}`) || keywords.has(`identtcp${ending}`);
}

function reverseNameUseOf(keywords: Keywords): ReverseNameUse {
  const numeric = hasIdent(keywords, 'numeric');
  return {
    lookedUp: !numeric,
    addressInReceived: !hasIdent(keywords, 'symbolic'),
    nameInReceived: !numeric,
    switches: !numeric && !hasIdent(keywords, 'limited'),
  };
}

/**
 * Reads the `forwardcheck` keywords. Without any of them a name must be confirmed: PMDF's own default would let anyone
 * who controls a reverse zone pass for an internal host.
 */
function confirmationIn(keywords: Keywords): Confirmation {
  if (keywords.has('forwardchecktag')) return 'tag';
  if (keywords.has('forwardcheckdelete')) return 'delete';
  const none = keywords.get('forwardchecknone');
  return none === undefined || none.span === null ? 'required' : 'none';
}

function speaksSmtp(name: string, keywords: Keywords): boolean {
  if (keywords.has('lmtp')) return false;
  const nosmtp = keywords.get('nosmtp');
  if (nosmtp === undefined) return true;
  return name.startsWith('tcp_') && nosmtp.span === null;
}

/** Works out the switching of a channel from its name and its keywords in force. */
export function switchingOf(name: string, keywords: Keywords): Switching {
  return {
    reverseName: reverseNameUseOf(keywords),
    confirmation: confirmationIn(keywords),
    switchesClients: keywords.has('switchchannel'),
    keepsClients: keywords.has('noswitchchannel'),
    isSmtp: speaksSmtp(name, keywords),
  };
}
