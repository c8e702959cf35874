import { useEffect, useState } from "react";
import { openService } from "./service/open-service.js";
import type { Service } from "./service/service.js";
import type { SettingsCell } from "./settings.js";

export type ServiceState =
  | { readonly kind: "opening" }
  | { readonly kind: "open"; readonly service: Service }
  | { readonly kind: "failed" };

/** The service that the settings name, for as long as they do. */
export function useService(settings: SettingsCell, url: string | null): ServiceState {
  const [state, setState] = useState<ServiceState>({ kind: "opening" });
  useEffect(() => {
    let isWanted = true;
    let close = () => {};
    const open = async () => {
      const service = await openService(url, settings.get().pace);
      close = service.close;
      if (isWanted) setState({ kind: "open", service });
      else close();
    };
    setState({ kind: "opening" });
    open().catch(() => {
      if (isWanted) setState({ kind: "failed" });
    });
    return () => {
      isWanted = false;
      close();
    };
  }, [settings, url]);
  return state;
}
