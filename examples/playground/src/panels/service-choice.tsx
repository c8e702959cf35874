import { useState, type ReactNode } from "react";
import { Choice } from "../choice.js";
import { useSettings, useTexts } from "../world.js";

/** Which service it is. */
export function ServiceChoice(): ReactNode {
  const texts = useTexts();
  const [{ serviceUrl }, change] = useSettings();
  const [isRemote, setRemote] = useState(serviceUrl !== null);
  const [url, setUrl] = useState(serviceUrl ?? "http://127.0.0.1:8080");
  return (
    <>
      <Choice
        name="service"
        legend={texts.service}
        options={[
          { value: "inPage", text: texts.inPage },
          { value: "remote", text: texts.remote },
        ]}
        value={isRemote ? "remote" : "inPage"}
        onChange={(value) => {
          setRemote(value === "remote");
          if (value === "inPage") change({ serviceUrl: null });
        }}
      />
      {isRemote && (
        <form
          className="remote"
          onSubmit={(event) => {
            event.preventDefault();
            change({ serviceUrl: url.replace(/\/+$/, "") });
          }}
        >
          <label>
            {texts.remoteUrl}
            <input
              type="url"
              required
              value={url}
              onChange={({ target }) => {
                setUrl(target.value);
              }}
            />
          </label>
          <button type="submit" className="button small">
            {texts.connect}
          </button>
        </form>
      )}
    </>
  );
}
