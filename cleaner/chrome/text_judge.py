"""Interim."""
import numpy as np
from cleaner.chrome.evidence import PageFeatures
from cleaner.records import Role, Verdict
def observe_lines(lines, title=None):
    n=len(lines)
    return PageFeatures("text", np.zeros((n,2),np.float32), ((),)*n, (Role.BODY,)*n, (Role.UNKNOWN,)*n, (-1,)*n)
def decide_text(pages):
    return [[Verdict(Role.BODY,True,.9,("judge/text",),()) for _ in range(len(p))] for p in pages]
