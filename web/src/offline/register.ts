// Makes the page open without a network, and tells when there is a newer one.

import { ask } from "../ui/toast";

export function keepOffline(): void {
  if (__SINGLE_FILE__ || !import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  if (!/^https?:$/.test(location.protocol) || isServedByTheProgram()) return;
  void register();
}

/** `kmsim playground` has the page at hand, at another address each time. */
const isServedByTheProgram = (): boolean => document.getElementById("opened") !== null || /^\/[0-9a-f]{32}\//.test(location.pathname);

async function register(): Promise<void> {
  let registration: ServiceWorkerRegistration | undefined;
  try {
    registration = await navigator.serviceWorker.register("sw.js");
  } catch {
    // A private window, or a server that sends something else: the page works, with a network.
    return;
  }
  if (registration) watch(registration);
}

function watch(registration: ServiceWorkerRegistration): void {
  const offer = (): void => {
    const { waiting } = registration;
    // Without a controller this is the first one, which nobody has to wait for.
    if (!waiting || !navigator.serviceWorker.controller) return;
    ask("A newer version of the playground is there.", "Use it", () => {
      // What the page holds survives in its tab.
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      waiting.postMessage("take over");
    });
  };
  offer();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", offer);
  });
}
