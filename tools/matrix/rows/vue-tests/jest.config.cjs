const presets = [["@babel/preset-env", { targets: { node: "current" } }], "@babel/preset-typescript"];

module.exports = {
  testEnvironment: "jsdom",
  // Vue's own builds for Node.
  testEnvironmentOptions: { customExportConditions: ["node", "node-addons"] },
  transform: {
    "\\.vue$": "@vue/vue3-jest",
    "\\.[jt]sx?$": ["babel-jest", { presets }],
  },
  // The packages are ES modules, which Jest only takes translated.
  transformIgnorePatterns: ["/node_modules/(?!@veristep/)"],
};
