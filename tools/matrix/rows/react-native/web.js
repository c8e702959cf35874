import { AppRegistry } from "react-native";
import "./index.js";

AppRegistry.runApplication("app", { rootTag: document.getElementById("root") });
