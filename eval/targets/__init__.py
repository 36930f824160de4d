"""Measure the targets that are read from documents against labels of sentences: found or not, and part by part."""
