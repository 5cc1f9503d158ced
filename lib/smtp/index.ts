export { HeaderDotStuffing } from './header-dots.js';
export { dotLine, LineEndRepair, type LineFault, lineFault, repairedLine } from './line-ends.js';
export { holdsMarks, markOctets, OctetUnmarking } from './octet-marks.js';
export { quotedField, quotedLine } from './quoted-line.js';
export { type Hop, loopOf, readReceived, receivedFor } from './received.js';
export { oneLine, type Reply, reply, replyLine } from './reply.js';
export { accept, accepted, defer, reject, type Verdict } from './verdict.js';
