"""Sphinx's settings for the web edition. `make site` runs docs/make_site.py, which lays the pages out and calls it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "Shapewise"
html_title = "Shapewise"
extensions = ["myst_nb", "_ext.formulas"]
html_theme = "furo"
templates_path = ["_templates"]
html_static_path = ["_static", "katex/served"]
html_css_files = ["katex.css", "palette.css", "site.css"]
# Classic scripts: a page that is opened as a file is refused modules
html_js_files = [("explorers.js", {"defer": "defer"}), ("site.js", {"defer": "defer"})]
html_math_renderer = "katex"

html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_use_index = False
html_domain_indices = False
html_search_language = "en"
html_show_search_summary = False  # it would fetch pages, which a browser refuses where they are files

# The notebooks come with their outputs, and no widget: the course's own script brings the explorers to life
nb_execution_mode = "off"
nb_merge_streams = True
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_output_stderr = "show"

myst_enable_extensions = ["dollarmath"]
myst_dmath_double_inline = True
myst_heading_anchors = 4
myst_heading_slug_func = "_ext.headings.anchor"
