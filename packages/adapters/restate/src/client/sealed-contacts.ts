import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from "node:crypto";
import { maskEmail, maskPhone, type Channel, type Contact, type UserId } from "@veristep/core";
import type { FindContact } from "../ports.js";

/*
 * References that hold their contact, sealed: for a batch whose workers have no table to look contacts up in. The
 * engine stores what only the holders of the key can open.
 *
 * AES-256-GCM. The nonce is a keyed hash of what is sealed, so the same contact of the same user has the same
 * reference, and a flow can tell numbers apart by it. No nonce serves two texts.
 */

const PREFIX = "sealed1.";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals contacts, and opens them in a worker. */
export interface ContactSeal {
  readonly email: (userId: UserId, address: string) => Contact;
  /** @param number in E.164 form */
  readonly phone: (userId: UserId, number: string) => Contact;
  /** For a worker. Throws for what another key has sealed: such a step waits for a worker that has that key. */
  readonly findContact: FindContact;
}

const textOf = (about: { readonly userId: UserId; readonly channel: Channel }) =>
  `${about.channel}:${JSON.stringify(about.userId)}`;

const derive = (key: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync("sha256", key, "", purpose, 32));

/**
 * @param secret 32 random bytes in base64: `openssl rand -base64 32`.
 * @throws for anything else; the error doesn't quote it.
 */
export function createContactSeal(secret: string): ContactSeal {
  const key = Buffer.from(secret, "base64");
  if (key.length !== 32) throw new Error("The key that seals contacts must be 32 bytes in base64.");
  const sealing = derive(key, "veristep contact seal");
  const naming = derive(key, "veristep contact nonce");

  const seal = (userId: UserId, channel: Channel, contact: string): string => {
    const about = textOf({ userId, channel });
    const nonce = createHmac("sha256", naming)
      .update(`${about}:${contact}`)
      .digest()
      .subarray(0, NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", sealing, nonce).setAAD(Buffer.from(about));
    const sealed = Buffer.concat([cipher.update(contact, "utf8"), cipher.final()]);
    return PREFIX + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
  };

  const open = (sealed: string, about: string): string => {
    const bytes = Buffer.from(sealed, "base64url");
    const [nonce, tag] = [
      bytes.subarray(0, NONCE_BYTES),
      bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES),
    ];
    const decipher = createDecipheriv("aes-256-gcm", sealing, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(about))
      .setAuthTag(tag);
    const opened = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([opened, decipher.final()]).toString("utf8");
  };

  return {
    email: (userId, address) => ({ ref: seal(userId, "email", address), masked: maskEmail(address) }),
    phone: (userId, number) => ({ ref: seal(userId, "phone", number), masked: maskPhone(number) }),
    findContact: async ({ ref, userId, channel }) => {
      if (!ref.startsWith(PREFIX)) return null;
      try {
        return open(ref.slice(PREFIX.length), textOf({ userId, channel }));
      } catch {
        throw new Error("This contact was sealed with another key, or for another user.");
      }
    },
  };
}
