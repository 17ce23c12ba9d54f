import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commissioning.records.sealing import Damaged
from commissioning.records.sealing.stream import CHUNK, TAG, decrypted, encrypted, new_data_key

SEALED_CHUNK = CHUNK + TAG
CONTEXT = b"owner|quality"
lengths = st.one_of(
    st.integers(0, 300), st.sampled_from([CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1, 3 * CHUNK])
)


def seal(content, key, context=CONTEXT):
    return b"".join(encrypted([content], key=key, context=context))


def unseal(sealed, key, context=CONTEXT):
    return b"".join(decrypted([sealed], key=key, context=context))


@given(st.lists(st.binary(max_size=200), max_size=5), st.binary(max_size=20))
def test_any_content_in_any_pieces_comes_back(pieces, context):
    key = new_data_key()
    sealed = list(encrypted(pieces, key=key, context=context))
    assert b"".join(decrypted(sealed, key=key, context=context)) == b"".join(pieces)


@settings(max_examples=25)
@given(lengths)
def test_content_of_any_length_comes_back_and_is_cut_at_the_chunks(length):
    key, content = new_data_key(), b"x" * length
    sealed = seal(content, key)
    assert unseal(sealed, key) == content
    assert len(sealed) == length + TAG * max(1, -(-length // CHUNK))


@given(st.data())
def test_any_changed_bit_is_noticed(data):
    key = new_data_key()
    sealed = bytearray(seal(b"14.37 an hour", key))
    place = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[place // 8] ^= 1 << place % 8
    with pytest.raises(Damaged):
        unseal(bytes(sealed), key)


def _cut_off_the_last(chunks):
    return chunks[:-1]


def _exchange(chunks):
    return [chunks[1], chunks[0], *chunks[2:]]


def _double(chunks):
    return [chunks[0], *chunks]


def _leave_out(chunks):
    return [chunks[0], *chunks[2:]]


def _go_on(chunks):
    return [*chunks, chunks[-1]]


def _leave_nothing(chunks):
    return []


@pytest.mark.parametrize(
    "change", [_cut_off_the_last, _exchange, _double, _leave_out, _go_on, _leave_nothing]
)
def test_chunks_cut_off_exchanged_doubled_or_left_out_are_noticed(change):
    key = new_data_key()
    sealed = seal(b"x" * (CHUNK * 4), key)
    chunks = [sealed[start : start + SEALED_CHUNK] for start in range(0, len(sealed), SEALED_CHUNK)]
    with pytest.raises(Damaged):
        unseal(b"".join(change(chunks)), key)


def test_content_is_bound_to_its_context_and_key():
    key = new_data_key()
    sealed = seal(b"ours", key)
    for other_key, context in ((key, b"owner|price"), (new_data_key(), CONTEXT)):
        with pytest.raises(Damaged):
            unseal(sealed, other_key, context)
