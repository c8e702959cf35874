import type { Theme } from "vitepress";
import DefaultTheme from "vitepress/theme";
import { defineAsyncComponent } from "vue";
import Layout from "./Layout.vue";
import "./style.css";

const theme: Theme = {
  extends: DefaultTheme,
  Layout,
  enhanceApp: ({ app }) => {
    app.component(
      "LiveDemo",
      defineAsyncComponent(() => import("./LiveDemo.vue")),
    );
  },
};

export default theme;
