"""One Chroma server for all tests that need one."""

from collections.abc import Iterator

import pytest

from tests.embeddings.servers import Chroma


@pytest.fixture(scope="session")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chroma]:
    server = Chroma(tmp_path_factory.mktemp("chroma"))
    yield server
    server.stop()
