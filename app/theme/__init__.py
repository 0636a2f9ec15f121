"""The one place of colours, fonts, icons, spacing and style sheets."""
