"""Gradio's theme, with every colour a token of desk.css, so that both themes of the page switch in one place."""

from __future__ import annotations

import gradio as gr

# The first paint comes before desk.css and its tokens: --ground and --ink again, or a dark page would begin white.
FIRST_PAINT = {
    "body_background_fill": "#f6f6f4",
    "body_background_fill_dark": "#131517",
    "body_text_color": "#1a1c1e",
    "body_text_color_dark": "#e8e9e6",
}
BOTH_THEMES = {
    "body_text_color_subdued": "--ink-3",
    "background_fill_primary": "--paper",
    "background_fill_secondary": "--sunken",
    "border_color_primary": "--line",
    "block_background_fill": "--ground",
    "input_background_fill": "--paper",
    "input_border_color": "--line-strong",
    "input_placeholder_color": "--ink-3",
    "link_text_color": "--accent",
    "link_text_color_hover": "--accent",
    "link_text_color_active": "--accent",
    "link_text_color_visited": "--accent",
    "button_primary_background_fill": "--accent",
    "button_primary_background_fill_hover": "--accent",
    "button_primary_text_color": "--on-accent",
    "button_secondary_background_fill": "--paper",
    "button_secondary_border_color": "--line-strong",
    "button_secondary_text_color": "--ink",
}
FLAT = {
    "block_border_width": "0px",
    "block_shadow": "none",
    "block_padding": "0",
    "block_radius": "0",
    "layout_gap": "0",
    "input_radius": "6px",
}


def despatch_theme() -> gr.themes.Base:
    """The theme: our tokens, system fonts, no frames."""
    colours = {f"{name}{twin}": f"var({token})" for name, token in BOTH_THEMES.items() for twin in ("", "_dark")}
    return gr.themes.Base(font=["var(--sans)"], font_mono=["var(--mono)"]).set(**FIRST_PAINT, **colours, **FLAT)
