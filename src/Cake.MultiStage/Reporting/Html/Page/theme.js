/** Light or dark: as the system has it, until the reader says otherwise. */
const theme = (() => {
  const KEY = "multistage-theme";
  const system = matchMedia("(prefers-color-scheme: dark)");
  const watchers = [];

  /** A page from a file may be refused storage: then nothing is remembered. */
  function stored(value) {
    try {
      if (value !== undefined) {
        localStorage.setItem(KEY, value);
      }
      return localStorage.getItem(KEY);
    } catch {
      return value ?? null;
    }
  }

  const isDark = () => (document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";

  function start(button) {
    const show = () => {
      button.textContent = isDark() ? "Light theme" : "Dark theme";
      watchers.forEach(watcher => watcher());
    };
    const remembered = stored();
    if (remembered === "dark" || remembered === "light") {
      document.documentElement.dataset.theme = remembered;
    }
    button.addEventListener("click", () => {
      document.documentElement.dataset.theme = isDark() ? "light" : "dark";
      stored(document.documentElement.dataset.theme);
      show();
    });
    system.addEventListener("change", show);
    show();
  }

  return { start, watch: watcher => watchers.push(watcher) };
})();
