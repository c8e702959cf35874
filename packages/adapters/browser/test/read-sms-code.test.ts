import { readSmsCode } from "@veristep/browser";
import { describe, expect, test } from "vitest";

const OTPCredential = Object;

/** A browser with WebOTP, and what it was asked. */
const createBrowser = (answer: (options: object) => Promise<unknown>) => {
  const asked: object[] = [];
  const get = (options: object) => {
    asked.push(options);
    return answer(options);
  };
  return { platform: { OTPCredential, navigator: { credentials: { get } } }, asked };
};

const read = (platform: object, signal = new AbortController().signal) => readSmsCode({ signal }, platform);

describe("readSmsCode", () => {
  test("gives the code of an SMS, leading zeros kept", async () => {
    const { platform, asked } = createBrowser(() => Promise.resolve({ type: "otp", code: "012345" }));
    const { signal } = new AbortController();
    expect(await read(platform, signal)).toBe("012345");
    expect(asked).toEqual([{ otp: { transport: ["sms"] }, signal }]);
  });

  test("asks nothing of a browser without WebOTP", async () => {
    const { platform, asked } = createBrowser(() => Promise.resolve({ code: "012345" }));
    expect(await read({ navigator: platform.navigator })).toBeNull();
    expect(asked).toEqual([]);
    expect(await readSmsCode({ signal: new AbortController().signal })).toBeNull();
  });

  test("B28: gives null when it is aborted", async () => {
    const { platform } = createBrowser(
      (options) =>
        new Promise((_, reject) => {
          const { signal } = options as { signal: AbortSignal }; // As the function passes it.
          signal.addEventListener("abort", () => {
            reject(new DOMException("aborted", "AbortError"));
          });
        }),
    );
    const abort = new AbortController();
    const reading = read(platform, abort.signal);
    abort.abort();
    expect(await reading).toBeNull();
  });

  test.each([null, undefined, {}, { code: 123456 }, "012345"])("gives null for %j", async (credential) => {
    const { platform } = createBrowser(() => Promise.resolve(credential));
    expect(await read(platform)).toBeNull();
  });

  test("gives null where it is forbidden, and where there are no credentials", async () => {
    const { platform } = createBrowser(() => {
      throw new DOMException("not in this frame", "NotAllowedError");
    });
    expect(await read(platform)).toBeNull();
    expect(await read({ OTPCredential })).toBeNull();
    expect(await read({ OTPCredential, navigator: {} })).toBeNull();
  });
});
