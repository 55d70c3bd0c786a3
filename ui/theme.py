"""The look: a Gradio theme with the system's own fonts, and the stylesheet and script that are served with the page."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ui.framework import gr

ASSETS = Path(__file__).parent / "assets"

#: no font is ever downloaded: what macOS, Windows, phones and the Linux desktops of Chinese offices have, in this order
FONTS = (
    "-apple-system",
    "Segoe UI",
    "PingFang SC",
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "system-ui",
    "sans-serif",
)
MONOSPACE = ("ui-monospace", "Consolas", "Menlo", "monospace")


def theme() -> gr.themes.Base:
    """Gradio's own components in the page's colours; the values are the variables of assets/page.css."""
    look = gr.themes.Base(primary_hue="blue", neutral_hue="slate", font=FONTS, font_mono=MONOSPACE)
    return look.set(
        body_background_fill="#f7f8fa",
        body_background_fill_dark="#12161c",
        body_text_color="#1b2430",
        body_text_color_dark="#e7ebf0",
        button_primary_background_fill="#1d4f91",
        button_primary_background_fill_hover="#173f74",
        button_primary_background_fill_dark="#8db8f0",
        button_primary_background_fill_hover_dark="#a9c9f5",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#0e1722",
        button_secondary_background_fill="transparent",
        button_secondary_background_fill_dark="transparent",
        input_background_fill="#ffffff",
        input_background_fill_dark="#1a2029",
    )


def asset_url(name: str) -> str:
    """The address of a file in assets/, with its fingerprint, so that a browser keeps it until it changes."""
    fingerprint = hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:12]
    return f"/wenbao/{name}?v={fingerprint}"
