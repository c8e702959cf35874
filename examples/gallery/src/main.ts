import { defineVerifyContact, english, type ElementTexts } from "@veristep/element";
import { bulgarian } from "@veristep/element/bulgarian";
import { romanian } from "@veristep/element/romanian";
import { rightToLeft } from "./pseudo.js";
import { play, sceneNames, type Scene, type SceneName } from "./scenes.js";

declare global {
  interface Window {
    /** The scene, where one is shown alone. */
    scene?: Scene;
  }
}

const languages: Readonly<Record<string, ElementTexts>> = {
  en: english,
  bg: bulgarian,
  ro: romanian,
  rtl: rightToLeft,
};
const themes = ["light", "dark"] as const;
const widths = ["320", "480"] as const;

interface Cell {
  readonly scene: SceneName;
  readonly language: string;
  readonly theme: string;
  readonly width: string;
}

/** Shows one state: the page's query says which, as `?scene=wrongCode&language=bg&theme=dark&width=320`. */
async function show(place: Element, { scene, language, theme, width }: Cell): Promise<Scene> {
  const cell = document.createElement("figure");
  cell.lang = language === "rtl" ? "en" : language;
  cell.dir = language === "rtl" ? "rtl" : "ltr";
  cell.style.colorScheme = theme;
  cell.style.inlineSize = `${width}px`;
  const caption = document.createElement("figcaption");
  caption.textContent = `${scene} · ${language} · ${theme} · ${width}`;
  const element = document.createElement("verify-contact");
  element.texts = languages[language] ?? english;
  element.loadPhoneParser = async () => {
    const { parsePhone } = await import("@veristep/phone");
    return (input) => parsePhone(input, { defaultCountry: "BG" });
  };
  element.innerHTML = `<a slot="support" href="#support">support@example.com</a><a slot="next" href="#next">Continue</a>`;
  cell.append(caption, element);
  place.append(cell);
  return play(scene, element);
}

defineVerifyContact();
const place = document.querySelector("main");
if (place === null) throw new Error("This page is not whole.");
const query = new URLSearchParams(location.search);
const wanted = query.get("scene");
const scene = sceneNames.find((name) => name === wanted);
if (scene === undefined) {
  // Without a scene the query may still name the language, the theme and the width.
  const wants = (name: string, value: string) => (query.get(name) ?? value) === value;
  for (const name of sceneNames)
    for (const language of Object.keys(languages).filter((one) => wants("language", one)))
      for (const theme of themes.filter((one) => wants("theme", one)))
        for (const width of widths.filter((one) => wants("width", one)))
          await show(place, { scene: name, language, theme, width });
} else {
  document.body.dataset["alone"] = "";
  window.scene = await show(place, {
    scene,
    language: query.get("language") ?? "en",
    theme: query.get("theme") ?? "light",
    width: query.get("width") ?? "480",
  });
}
document.body.dataset["ready"] = "";
