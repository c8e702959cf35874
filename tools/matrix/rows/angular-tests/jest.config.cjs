module.exports = {
  preset: "jest-preset-angular",
  setupFilesAfterEnv: ["<rootDir>/jest.setup.ts"],
  moduleNameMapper: { "^(\\./.*)\\.js$": "$1" },
  // The packages are ES modules, which Jest only takes translated.
  transformIgnorePatterns: ["/node_modules/(?!(@angular|@veristep)/|.*\\.mjs$)"],
};
