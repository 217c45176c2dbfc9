"""Generic list, detail, edit and print views and the parts of a page; knows no model."""
