"""Reads a notebook on standard input with nbformat, validates it, and renders it to HTML with nbconvert."""
import sys

import nbformat
from nbconvert import HTMLExporter

notebook = nbformat.reads(sys.stdin.read(), as_version=nbformat.NO_CONVERT)
nbformat.validate(notebook)
html, _ = HTMLExporter().from_notebook_node(notebook)
print(len(notebook.cells), len(html), nbformat.__version__)
