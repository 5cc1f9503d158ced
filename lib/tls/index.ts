export {
  type ClientSasl,
  type Credentials,
  chooseMechanism,
  defaultSection,
  type SaslMechanism,
  Secret,
  saslMechanisms,
  sendsPassword,
} from './client-sasl.js';
export {
  type ClientTls,
  clientTls,
  type TlsVerification,
  type TlsVerify,
  tlsVerifies,
  verificationOfDomain,
} from './client-tls.js';
export { authNeedsTls, authNotOffered, authRequired, saslOf } from './sasl-keywords.js';
export { parseSecurity, type SecurityFile } from './security-cnf.js';
export { mayPrecedeTls, type ServerTls, serverTls, tlsActive, tlsNotOffered } from './server-tls.js';
export { type Demand, tlsOf, tlsRequired } from './tls-keywords.js';
