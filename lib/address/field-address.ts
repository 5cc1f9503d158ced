/*
 * Addresses that a configuration puts into a header field of ours.
 */

/** The form of such an address: ASCII, without quotes, brackets or spaces; a local part alone is to be completed. */
export const fieldAddressForm = /^[\w!#$%&'*+./=?^`{|}~-]+(?:@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)?$/;
