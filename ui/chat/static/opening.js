// Runs before all else on the page. To whatever else is on it, the browser prefers what the person chose: Gradio's own
// notices speak the language, and its parts take the theme.
Object.defineProperty(navigator, "language", { get: () => WORDS.locale });
Object.defineProperty(navigator, "languages", { get: () => [WORDS.locale, WORDS.language] });

const CHOICES = "despatch_choices";
const choices = () => new URLSearchParams(document.cookie.match(new RegExp(`(?:^|; )${CHOICES}=([^;]*)`))?.[1] ?? "");
{
  const theme = choices().get("theme"), preferred = window.matchMedia.bind(window);
  const asked = theme === "dark" ? "all" : "not all";
  if (theme === "dark" || theme === "light") window.matchMedia = (query) => preferred(query.includes("prefers-color-scheme: dark") ? asked : query);
}
