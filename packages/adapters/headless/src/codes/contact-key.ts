import type { Channel } from "@veristep/core";

/**
 * What is the same for all spellings of one contact, so that a message finds the flow that it is for: an address
 * in small letters, a number by its digits (providers leave out the "+", or the spaces).
 */
export const contactKey = (channel: Channel, contact: string): string =>
  channel === "email" ? contact.trim().toLowerCase() : contact.replaceAll(/\D/g, "");
