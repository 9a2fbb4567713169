import pytest

pytest.register_assert_rewrite("tests.index.changing", "tests.index.state")  # they assert for the tests
