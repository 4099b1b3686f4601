// Starts the interface. A file of its own because the content security policy allows no inline script.
const stored = localStorage.getItem("hearth-theme");
const light = stored === "light" || (stored === "auto" && matchMedia("(prefers-color-scheme: light)").matches);
document.documentElement.dataset.theme = light ? "light" : "dark";

const script = document.querySelector("script[data-wasm]");
const { default: init } = await import(script.dataset.js);
await init({ module_or_path: script.dataset.wasm });
