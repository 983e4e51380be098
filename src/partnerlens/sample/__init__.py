"""A seeded, realistic made-up program, for demonstrations, tests and benchmarks."""

from partnerlens.sample.files import SampleFile
from partnerlens.sample.program import SampleReport, write_sample

__all__ = ["SampleFile", "SampleReport", "write_sample"]
