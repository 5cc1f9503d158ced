/*
 * Addresses that a configuration puts into a header field of ours.
 */

/** The form of such an address: ASCII, with a domain, without quotes, brackets or spaces. */
export const fieldAddressForm = /^[\w!#$%&'*+./=?^`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/;
