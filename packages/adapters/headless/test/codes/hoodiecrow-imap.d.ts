/** The part of hoodiecrow-imap that the tests use; it comes without types. */
declare module "hoodiecrow-imap" {
  import type { Server } from "node:net";

  interface Folder {
    readonly messages: readonly unknown[];
  }

  export interface Hoodiecrow {
    readonly server: Server;
    readonly users: Record<string, { password: string }>;
    listen(port: number, host: string, listening: () => void): void;
    close(closed: () => void): void;
    appendMessage(folder: string, flags: readonly string[], internalDate: Date, source: string): void;
  }

  export default function hoodiecrow(options: {
    readonly plugins: readonly string[];
    readonly users: Readonly<
      Record<
        string,
        {
          readonly password: string;
          readonly xoauth2: { readonly accessToken: string; readonly sessionTimeout: number };
        }
      >
    >;
    readonly storage: {
      readonly INBOX: Folder;
      readonly "": { readonly separator: string; readonly folders: Readonly<Record<string, Folder>> };
    };
  }): Hoodiecrow;
}
