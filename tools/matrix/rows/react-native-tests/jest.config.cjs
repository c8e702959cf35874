module.exports = {
  preset: "react-native",
  // The packages are ES modules, which Jest only takes translated.
  transformIgnorePatterns: ["/node_modules/(?!((@react-native|react-native|@veristep)/))"],
};
