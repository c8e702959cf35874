import type { VerificationView } from "@veristep/core";
import { codeInput } from "@veristep/e2e";
import type { Frame, Page } from "playwright-core";
import { expect } from "vitest";

/** Part of a view, as `toMatchObject` takes it. */
export type Partly<T> = T extends object ? { readonly [K in keyof T]?: Partly<T[K]> } : T;

/** The labels of the page's buttons. */
type Button = "Confirm" | "Send a code" | "Send another code" | "Try again" | "Use another number";

/** One tab with the page in it, as a user operates it. */
export interface Tab {
  readonly page: Page;
  view(): Promise<VerificationView>;
  /** The view, and the time by the page's clock. */
  look(): Promise<{ readonly view: VerificationView; readonly now: number }>;
  /** Waits until the view is like this. */
  sees(expected: Partly<VerificationView>): Promise<void>;
  /** Waits until nothing is under way: whatever the flow does by itself it has done. */
  settles(): Promise<void>;
  /** Waits until the flow has come to where it asks for the code of this step. */
  asksForCode(step: "email" | "phone"): Promise<void>;
  /** Types a code and confirms it, as soon as the page asks for it. */
  submitCode(code: string): Promise<void>;
  submitPhone(number: string): Promise<void>;
  /** Presses a button, as soon as it can be pressed. */
  press(button: Button): Promise<void>;
  /** Gives a command past the screen. */
  command(name: "submitCode" | "submitPhone" | "resend" | "retry" | "refresh", input?: string): Promise<void>;
}

/** Runs in the page, where looking again costs next to nothing. */
function isSeen(expected: Partly<VerificationView>): boolean {
  const matches = (actual: unknown, part: unknown): boolean => {
    if (typeof part !== "object" || part === null) return actual === part;
    if (typeof actual !== "object" || actual === null) return false;
    if (Array.isArray(part) && JSON.stringify(part) !== JSON.stringify(actual)) return false;
    return Object.entries(part).every(([name, value]) => matches(Reflect.get(actual, name), value));
  };
  return "flow" in window && matches(window.flow.view(), expected);
}

/** @param content where in the page the flow is, if it is in a frame. */
export function createTab(page: Page, content: Page | Frame = page): Tab {
  const view = () => content.evaluate(() => window.flow.view());
  const press = (name: Button) => content.getByRole("button", { name, exact: true }).click();
  const sees: Tab["sees"] = async (expected) => {
    try {
      await content.waitForFunction(isSeen, expected, { polling: 10 });
    } catch {
      expect(await view()).toMatchObject(expected);
    }
  };
  return {
    page,
    view,
    look: () => content.evaluate(() => ({ view: window.flow.view(), now: Date.now() })),
    sees,
    settles: () => sees({ activities: [] }),
    asksForCode: (step) => sees({ step, awaiting: "code", activities: [] }),
    submitCode: async (code) => {
      await codeInput(content).fill(code);
      await press("Confirm");
    },
    submitPhone: async (number) => {
      await content.getByLabel("Phone number").fill(number);
      await press("Send a code");
    },
    press,
    command: (name, input = "") =>
      content.evaluate(
        ({ name, input }) => {
          window.flow[name](input);
        },
        { name, input },
      ),
  };
}
