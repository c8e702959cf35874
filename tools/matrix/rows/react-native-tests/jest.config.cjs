module.exports = {
  preset: "@react-native/jest-preset",
  testTimeout: 30_000,
  // The packages are ES modules, which Jest only takes translated.
  transformIgnorePatterns: ["/node_modules/(?!(@react-native|react-native|@veristep)/)"],
};
