export { readAuthorities } from './authority-files.js';
export { type FoundCertificates, findCertificates } from './certificate-files.js';
export type { KeyedCertificate } from './certificates.js';
export { checkTlsInstall, lackingForTls, lackingPlugin } from './check-tls-install.js';
