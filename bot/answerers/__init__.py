"""Answerers: each makes a draft of an inquiry; none of them is trusted, ``ground`` holds every draft to its sources."""
