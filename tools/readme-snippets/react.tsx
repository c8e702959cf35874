import { createHttpApi } from "@veristep/http";
import { renderToString } from "react-dom/server";

// README

const api = createHttpApi({ baseUrl: "http://127.0.0.1:9", getToken: () => "any" });
const html = renderToString(<Verify api={api} user={{ id: 42, email: "ivan@example.com" }} />);
if (!html.includes("<form")) throw new Error(html);
console.log(html);
