module.exports = {
  testEnvironment: "node",
  transform: {
    "\\.[jt]sx?$|\\.mjs$": [
      "babel-jest",
      { presets: [["@babel/preset-env", { targets: { node: "current" } }]] },
    ],
  },
  // The packages are ES modules, which Jest only takes translated.
  transformIgnorePatterns: ["/node_modules/(?!@veristep/)"],
};
