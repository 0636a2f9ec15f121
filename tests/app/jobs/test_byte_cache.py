from __future__ import annotations

from app.jobs.byte_cache import ByteCache


def test_the_least_recently_used_make_room() -> None:
    cache: ByteCache[bytes] = ByteCache(10, len)
    for key in "ab":
        cache.put(key, b"1234")
    assert cache.get("a") == b"1234"
    cache.put("c", b"1234")
    assert [key for key in "abc" if key in cache] == ["a", "c"]
    assert cache.bytes == 8


def test_replacing_a_value_counts_it_once() -> None:
    cache: ByteCache[bytes] = ByteCache(10, len)
    cache.put("a", b"1234")
    cache.put("a", b"12")
    assert (len(cache), cache.bytes) == (1, 2)


def test_a_value_larger_than_the_limit_stays_alone() -> None:
    cache: ByteCache[bytes] = ByteCache(3, len)
    cache.put("a", b"1")
    cache.put("b", b"12345")
    assert cache.get("a") is None
    assert cache.get("b") == b"12345"


def test_clearing_forgets_everything() -> None:
    cache: ByteCache[bytes] = ByteCache(10, len)
    cache.put("a", b"1234")
    cache.clear()
    assert (len(cache), cache.bytes, cache.get("a")) == (0, 0, None)
