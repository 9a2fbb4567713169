// Runs before all else on the page: whatever else is on it, Gradio's own notices too, speaks the chosen language.
Object.defineProperty(navigator, "language", { get: () => WORDS.locale });
Object.defineProperty(navigator, "languages", { get: () => [WORDS.locale, WORDS.language] });
