const defined: string[] = [];
Object.assign(globalThis, {
  customElements: { get: () => undefined, define: (name: string) => defined.push(name) },
});

// README

if (!defined.includes("verify-contact")) throw new Error("The element isn't defined");
console.log(defined.join());
