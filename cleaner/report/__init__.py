"""The audit report: one page of HTML that shows what a run did to every character."""

from cleaner.report.build import build_report

__all__ = ["build_report"]
