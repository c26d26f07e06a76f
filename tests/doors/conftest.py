import pytest

from tests.certs import Authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The authority that clients of these tests are told to trust."""
    return Authority(tmp_path_factory.mktemp("authority"))
