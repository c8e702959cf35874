const presets = ["@babel/preset-env", "babel-preset-solid", "@babel/preset-typescript"];

module.exports = {
  testEnvironment: "jsdom",
  // Solid's build for browsers.
  testEnvironmentOptions: { customExportConditions: ["browser"] },
  transform: { "\\.[jt]sx?$": ["babel-jest", { presets }] },
  // The packages are ES modules, which Jest only takes translated.
  transformIgnorePatterns: ["/node_modules/(?!(@veristep|solid-js|@solidjs)/)"],
};
