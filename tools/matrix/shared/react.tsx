import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { VerifyContacts } from "./verify-contacts";

const place = document.getElementById("root");
if (place)
  createRoot(place).render(
    <StrictMode>
      <VerifyContacts />
    </StrictMode>,
  );
