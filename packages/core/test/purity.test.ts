import { verificationMachine } from "@veristep/core/xstate";
import * as fc from "fast-check";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { AnyStateNode } from "xstate";
import { FlowCalls } from "../src/host/calls.js";
import { activeIn, actorIds, run, written } from "./pure-flow.js";
import { arbitraryInput, arbitraryMoves, make } from "./pure-flow.moves.js";

const every = (node: AnyStateNode): readonly AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap((child) => every(child)),
];
const nodes = every(verificationMachine.root);
const invokes = nodes.flatMap((node) =>
  node.invoke.map((invoke) => ({ node, id: invoke.id, src: invoke.src })),
);

describe("the chart is a pure function (durable.md)", () => {
  test("B16: the same input and events give the same snapshots", () => {
    const property = fc.property(arbitraryInput, arbitraryMoves, (input, moves) => {
      const seen = [0, 1].map(() => {
        const steps: unknown[] = [];
        const flow = run(input, ({ after, began }) => {
          const inputs = began.map((actor) => [actor.id, actor.input]);
          steps.push([after.value, after.context, after.status, after.output, inputs]);
        });
        for (const move of moves) make(flow, move);
        return steps;
      });
      expect(seen[0]).toEqual(seen[1]);
    });
    fc.assert(property, { numRuns: 60 });
  });

  test("B7: nothing in it asks for the time, for chance, or for ids", () => {
    const folders = ["chart", "rules"].map((name) => new URL(`../src/${name}/`, import.meta.url));
    const files = folders.flatMap((folder) => readdirSync(folder).map((name) => new URL(name, folder)));
    expect(files.length).toBeGreaterThan(16);
    const impure =
      /\bDate\s*[.(]|new Date\b|Math\.random|\bcrypto\b|\bperformance\b|setTimeout|setInterval|process\./;
    const found = files.filter((file) => {
      const source = readFileSync(file, "utf8");
      return impure.test(source.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, ""));
    });
    expect(found).toEqual([]);
  });

  test("B14: uses no `after`, because XState's timers don't survive a restore", () => {
    expect(nodes.filter((node) => node.after.length > 0).map(({ id }) => id)).toEqual([]);
  });
});

describe("its actors", () => {
  test("B31: createVerification does the work of each, and the XState machine has a placeholder for it", () => {
    const named = new Set<unknown>(invokes.map(({ src }) => src));
    const placeholders = Object.keys(verificationMachine.implementations.actors);
    expect(new Set<unknown>(placeholders)).toEqual(named);
    for (const name of placeholders) expect(FlowCalls.prototype).toHaveProperty(name, expect.any(Function));
  });

  test("B4: each has a unique name and is invoked at most once at a time", () => {
    const ids = invokes.map(({ id }) => id);
    expect(ids.filter((id) => /^\d+\.|^xstate/.test(id))).toEqual([]);
    // What the two channels share is placed twice, and never at work twice: they are one after the other.
    const known = new Set<string>(actorIds);
    expect(ids.filter((id) => !known.has(id))).toEqual([]);
    const parallels = nodes.filter(({ type }) => type === "parallel");
    for (const parallel of parallels) {
      const idsIn = (region: AnyStateNode) =>
        new Set(every(region).flatMap((node) => node.invoke.map(({ id }) => id)));
      const all = Object.values(parallel.states).flatMap((region) => Array.from(idsIn(region)));
      expect(new Set(all).size).toBe(all.length);
    }
  });

  test("B16: each of them has a way out for a defect", () => {
    const without = invokes.filter(
      ({ node, id }) => !node.ownEvents.some((type) => type === `xstate.error.actor.${id}`),
    );
    expect(without.map(({ id }) => id)).toEqual([]);
  });
});

describe("its tags", () => {
  const sample = fc.sample(fc.tuple(arbitraryInput, arbitraryMoves), { numRuns: 300, seed: 7 });

  test("B16: every state that waits for the user has a tag, as does every final state", () => {
    const untagged = new Set<string>();
    for (const [input, moves] of sample) {
      const flow = run(input, ({ after }) => {
        if (after.tags.size === 0 && activeIn(after).length === 0) untagged.add(written(after.value));
      });
      for (const move of moves) make(flow, move);
    }
    expect([...untagged]).toEqual([]);
    const ends = nodes.filter((node) => node.type === "final" && node.parent === verificationMachine.root);
    expect(ends.filter((node) => node.tags.length === 0).map(({ id }) => id)).toEqual([]);
  });

  test("B16: each tag that the machine declares is reached", () => {
    const tags = new Set<string>();
    for (const [input, moves] of sample) {
      const flow = run(input, ({ after }) => {
        for (const tag of after.tags) tags.add(tag);
      });
      for (const move of moves) make(flow, move);
    }
    const declared = new Set(nodes.flatMap((node) => node.tags));
    expect([...declared].filter((tag) => !tags.has(tag))).toEqual([]);
  });
});
