const presets = [
  ["@babel/preset-env", { targets: { node: "current" } }],
  ["@babel/preset-react", { runtime: "automatic" }],
  "@babel/preset-typescript",
];

module.exports = {
  testEnvironment: "jsdom",
  transform: { "\\.[jt]sx?$": ["babel-jest", { presets }] },
  // The packages are ES modules, which Jest only takes translated.
  transformIgnorePatterns: ["/node_modules/(?!@veristep/)"],
};
