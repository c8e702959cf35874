export default { resolve: { alias: { react: "preact/compat" } } };
