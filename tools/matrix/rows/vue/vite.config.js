import vue from "@vitejs/plugin-vue";

const isCustomElement = (tag) => tag === "verify-contact";

export default { plugins: [vue({ template: { compilerOptions: { isCustomElement } } })] };
