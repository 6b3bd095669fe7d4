"""Reads run.sqlite after docs/run-format.md alone; prints the trace hash, the sample count, the seal."""
import ctypes, hashlib, sqlite3, struct, sys

zstd = ctypes.CDLL("libzstd.so.1")
zstd.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong
zstd.ZSTD_decompress.restype = ctypes.c_size_t


def unpack(blob):
    size = zstd.ZSTD_getFrameContentSize(blob, ctypes.c_size_t(len(blob)))
    raw = ctypes.create_string_buffer(size)
    got = zstd.ZSTD_decompress(raw, ctypes.c_size_t(size), blob, ctypes.c_size_t(len(blob)))
    assert got == size
    return raw.raw


def varint(raw, at):
    n = shift = 0
    while True:
        byte = raw[at]
        at += 1
        n |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return n, at


def samples(raw, t0, n):
    owners, index, at = [], -1, 0
    while len(owners) < n:
        step, at = varint(raw, at)
        count, at = varint(raw, at)
        index += step
        owners += [index] * count
    times, before = [], None
    for owner in owners:
        if owner != before:
            time, step, before = t0, 0, owner
        zigzag, at = varint(raw, at)
        step += (zigzag >> 1) ^ -(zigzag & 1)
        time += step
        times.append(time)
    values, before = [], None
    for i, owner in enumerate(owners):
        if owner != before:
            bits, before = 0, owner
        bits ^= int.from_bytes(bytes(raw[at + plane * n + i] for plane in range(8)), "little")
        values.append(bits)
    return sorted(zip(times, owners, values))


run = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
digest = hashlib.sha256()
for (name,) in run.execute("SELECT name FROM signals ORDER BY id"):
    digest.update(name.encode() + b"\0")
total = 0
for t0, n, blob in run.execute("SELECT t0_ns, n, samples FROM chunks ORDER BY sequence"):
    for time, owner, bits in samples(unpack(blob), t0, n):
        nan = bits & 0x7FF0000000000000 == 0x7FF0000000000000 and bits & 0xFFFFFFFFFFFFF
        digest.update(struct.pack("<IqQ", owner, time, 0x7FF8000000000000 if nan else bits))
    total += n

SEALED = (
    ("run", "key, value", "key"),
    ("versions", "name, version", "rowid"),
    ("inputs", "name, kind, sha256, text", "rowid"),
    ("signals", "id, name, unit, CAST(round(dead_band*1e9) AS INTEGER)", "id"),
    ("events", "id, t_ns, name, detail", "id"),
    ("verdicts", "id, criterion, json", "id"),
    ("links", "id, device, json", "id"),
    ("figures", "name, json", "name"),
)
run.text_factory = bytes
seal = hashlib.sha256()
for table, columns, order in SEALED:
    for row in run.execute(f"SELECT {columns} FROM {table} ORDER BY {order}"):
        if table == "run" and row[0] == b"record_sha256":
            continue
        for value in (table.encode(), *row):
            text = value if isinstance(value, bytes) else str(value).encode()
            seal.update(b"%d:" % len(text) + text)
print(digest.hexdigest(), total, seal.hexdigest())
