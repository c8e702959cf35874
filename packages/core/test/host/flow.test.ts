import { describe, expect, test } from "vitest";
import { begin, PHONE } from "../flow-world.js";

describe("B3: commands from within a listener", () => {
  test("run at once, and a second one of the same kind is refused", async () => {
    const { clock, fake, flow, code } = await begin();
    const answers: boolean[] = [];
    flow.subscribe((view) => {
      if (view.step === "phoneEntry") answers.push(flow.submitPhone(PHONE).isOk());
    });
    flow.submitCode(code("email"));
    await clock.settle();
    expect(answers).toEqual([true]);
    expect(fake.count("sendPhoneCode")).toBe(1);
  });

  test("run at once also when the listener belongs to the actor itself", async () => {
    const { clock, fake, flow, code } = await begin();
    const answers: string[] = [];
    flow.actor.subscribe(() => {
      const answer = flow.submitPhone(PHONE);
      answers.push(answer.isOk() ? "taken" : answer.error.kind);
    });
    flow.submitCode(code("email"));
    await clock.settle();
    expect(answers.filter((answer) => answer === "taken")).toHaveLength(1);
    expect(fake.count("sendPhoneCode")).toBe(1);
  });
});
