"""Loading files: read, map, check, quarantine, and hand the rows that hold to the store."""

from partnerlens.ingest.load import load_file, load_files
from partnerlens.ingest.mapping import Mapping, built_in_mappings, read_mapping
from partnerlens.ingest.report import LoadReport
from partnerlens.ingest.stage import LoadSettings

__all__ = ["LoadReport", "LoadSettings", "Mapping", "built_in_mappings", "load_file", "load_files", "read_mapping"]
