"""Compares the program's text with pydicom's, for every character set of DICOM.

    character_sets.py PROGRAM SCRATCH_FOLDER [STRINGS_PER_SET]

Makes objects whose names, identifiers and descriptions are random text of each set (and of several sets that take turns),
reads them with `PROGRAM inspect FOLDER --json`, and counts the texts in which both agree. Text is encoded here by the rules
of PS3.5 6.1.2, not by pydicom. Then the same with damaged bytes, where only an answer for every object is asked for. Exit
status 0 when nothing differs and no object was lost.
"""
import json
import os
import random
import shutil
import subprocess
import sys
import unicodedata
import warnings

import pydicom
from pydicom.charset import convert_encodings, decode_bytes

ESC = b"\x1b"
ASCII = "".join(map(chr, range(0x20, 0x7f))).translate({ord(c): None for c in "^=\\"})
LONGEST = 128


def single(codec):
    """The characters of a one-byte set's upper half."""
    found = {}
    for byte in range(0xa0, 0x100):
        try:
            found[bytes([byte]).decode(codec)] = bytes([byte])
        except UnicodeDecodeError:
            pass
    return found


def pairs(decode, high):
    """The characters of a 94 × 94 set with their two bytes."""
    found = {}
    for a in range(0x21, 0x7f):
        for b in range(0x21, 0x7f):
            try:
                text = decode(bytes([a, b]))
            except UnicodeDecodeError:
                continue
            if len(text) == 1:
                found[text] = bytes([a | high, b | high])
    # glibc's table has the full-width tilde at 2237 of JIS X 0212, Python's the plain one.
    return {text: code for text, code in found.items() if text != "~"}


def up(codec):
    return lambda code: bytes(byte | 0x80 for byte in code).decode(codec)


UPPER = {
    "100": (b"-A", single("latin_1")), "101": (b"-B", single("iso8859_2")), "109": (b"-C", single("iso8859_3")),
    "110": (b"-D", single("iso8859_4")), "144": (b"-L", single("iso8859_5")), "127": (b"-G", single("iso8859_6")),
    "126": (b"-F", single("iso8859_7")), "138": (b"-H", single("iso8859_8")), "148": (b"-M", single("iso8859_9")),
    "166": (b"-T", single("iso_ir_166")), "13": (b")I", single("shift_jis")),
    "149": (b"$)C", pairs(up("euc_kr"), 0x80)), "58": (b"$)A", pairs(up("gb2312"), 0x80)),
}
LOWER = {
    "87": (b"$B", pairs(lambda c: (ESC + b"$B" + c).decode("iso2022_jp"), 0)),
    "159": (b"$(D", pairs(lambda c: (ESC + b"$(D" + c).decode("iso2022_jp_2"), 0)),
}
# (name, terms, set of the first value, sets reached by escapes)
SINGLE = [(f"ISO_IR {n}", [f"ISO_IR {n}"], n, []) for n in UPPER if n not in ("149", "58")]
EXTENDED = [
    ("latin, Cyrillic, Greek", ["ISO 2022 IR 100", "ISO 2022 IR 144", "ISO 2022 IR 126"], "100", ["144", "126"]),
    ("ASCII, Arabic, Hebrew", ["", "ISO 2022 IR 127", "ISO 2022 IR 138"], "", ["127", "138"]),
    ("ASCII, Turkish, Thai", ["", "ISO 2022 IR 148", "ISO 2022 IR 166"], "", ["148", "166"]),
    ("ASCII, JIS X 0208", ["", "ISO 2022 IR 87"], "", ["87"]),
    ("ASCII, JIS X 0212", ["", "ISO 2022 IR 159"], "", ["159"]),
    ("JIS X 0201, 0208, 0212", ["ISO 2022 IR 13", "ISO 2022 IR 87", "ISO 2022 IR 159"], "13", ["87", "159"]),
    ("ASCII, KS X 1001", ["", "ISO 2022 IR 149"], "", ["149"]),
    ("ASCII, GB2312", ["", "ISO 2022 IR 58"], "", ["58"]),
]
WHOLE = [("UTF-8", ["ISO_IR 192"], "utf-8"), ("GB18030", ["GB18030"], "gb18030"), ("GBK", ["GBK"], "gbk")]


def word(chance, first, others):
    """Random bytes that begin and end in the first value's sets."""
    result = b""
    for _ in range(chance.randint(1, 3)):
        kind = chance.choice(["ascii", "first", "other"])
        if kind == "other" and others:
            name = chance.choice(others)
            escape, table = LOWER.get(name) or UPPER[name]
            result += ESC + escape + b"".join(chance.choices(list(table.values()), k=chance.randint(1, 4)))
            if name in LOWER:
                result += ESC + (b"(J" if first == "13" else b"(B")
            elif first:
                result += ESC + UPPER[first][0]
        elif kind == "first" and first:
            result += b"".join(chance.choices(list(UPPER[first][1].values()), k=chance.randint(1, 5)))
        else:
            result += "".join(chance.choices(ASCII, k=chance.randint(1, 4))).encode()
    return result


def whole_word(chance, codec):
    text = ""
    while len(text) < chance.randint(1, 6):
        ranges = [(0x20, 0x7e), (0xa0, 0x24f), (0x370, 0x5ff), (0x4e00, 0x9fa5), (0xac00, 0xd7a3)]
        if codec != "gbk":
            ranges.append((0x20000, 0x20100))
        letter = chr(chance.randint(*chance.choice(ranges)))
        try:
            letter.encode(codec)
        except UnicodeEncodeError:
            continue
        if letter not in "^=\\":
            text += letter
    return text.encode(codec)


def name(chance, make):
    groups = ["^".join("x" for _ in range(chance.randint(1, 3))) for _ in range(chance.randint(1, 3))]
    parts = "=".join(groups).split("x")
    result = parts[0].encode()
    for part in parts[1:]:
        result += make() + part.encode()
    return result


def shown(text):
    """What the program keeps: no control, format, private or unassigned characters; trimmed; at most 128."""
    kept = "".join(c for c in text if unicodedata.category(c)[0] != "C" and unicodedata.category(c) not in ("Zl", "Zp"))
    return kept.strip() or None


def decoded(text, encodings, delimiters):
    # pydicom leaves the escape sequence of GB2312 in the text, which PS3.5 annex K does not.
    return decode_bytes(text, encodings, delimiters).replace("\x1b$)A", "")


def element(tag, vr, value):
    value += (b"\0" if vr == b"UI" else b" ") * (len(value) % 2)
    return tag.to_bytes(4, "little")[2:] + tag.to_bytes(4, "little")[:2] + vr + len(value).to_bytes(2, "little") + value


def data_set(number, terms, texts):
    us = lambda value: value.to_bytes(2, "little")
    body = b"".join([
        element(0x00080005, b"CS", "\\".join(terms).encode()),
        element(0x00080016, b"UI", b"1.2.840.10008.5.1.4.1.1.4"), element(0x00080018, b"UI", b"1.2.3.%d.1" % number),
        element(0x00080050, b"SH", texts[1]), element(0x00080060, b"CS", b"MR"),
        element(0x0008103e, b"LO", texts[2]), element(0x00100010, b"PN", texts[0]),
        element(0x00100020, b"LO", b"ID"), element(0x0020000d, b"UI", b"1.2.3.%d" % number),
        element(0x0020000e, b"UI", b"1.2.3.%d.2" % number), element(0x00280002, b"US", us(1)),
        element(0x00280004, b"CS", b"MONOCHROME2"), element(0x00280010, b"US", us(1)),
        element(0x00280011, b"US", us(1)), element(0x00280100, b"US", us(16)), element(0x00280101, b"US", us(16)),
        element(0x00280102, b"US", us(15)), element(0x00280103, b"US", us(0)),
    ])
    pixels = bytes.fromhex("e07f1000") + b"OW\0\0" + (2).to_bytes(4, "little") + b"\1\0"
    meta = element(0x00020010, b"UI", b"1.2.840.10008.1.2.1")
    return b"\0" * 128 + b"DICM" + element(0x00020000, b"UL", len(meta).to_bytes(4, "little")) + meta + body + pixels


def read(program, folder):
    answer = subprocess.run([program, "inspect", folder, "--json"], capture_output=True, text=True, check=True)
    report = json.loads(answer.stdout)
    found = {}
    for study in report["studies"]:
        identity = study["identity"]
        number = int(study["studyInstanceUID"].split(".")[3])
        found[number] = [
            identity.get("name"), identity.get("accession"), study["series"][0].get("description")]
    return found


def compare(program, folder, label, terms, make, chance, count, damage=False):
    """Returns texts compared, texts that differ, objects lost."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    expected = {}
    encodings = convert_encodings(terms if len(terms) > 1 else terms[0])
    for number in range(count):
        texts = [name(chance, make), make(), make()]
        if damage:
            texts = [bytes(damaged(chance, text)) for text in texts]
        expected[number] = [
            shown(decoded(text, encodings, {0x5e, 0x3d} if k == 0 else {0x5c})) for k, text in enumerate(texts)]
        with open(f"{folder}/{number:05d}.dcm", "wb") as file:
            file.write(data_set(number, terms, texts))
    found = read(program, folder)
    lost = [number for number in expected if number not in found]
    differing = []
    for number, texts in expected.items():
        for want, got in zip(texts, found.get(number, [None] * 3)):
            # The cap counts characters as people see them: where it may have cut, the beginning decides.
            same = want == got or (want and got and len(want) > LONGEST and want.startswith(got))
            if not same:
                differing.append((number, want, got))
    total = 3 * count
    if damage:
        print(f"{label:28s} {count:6d} objects with damaged text, {len(lost)} lost")
        return 0, 0, len(lost)
    print(f"{label:28s} {total:6d} texts, {len(differing):4d} differ, {len(lost)} objects lost")
    for number, want, got in differing[:3]:
        print("      ", number, repr(want), "instead of", repr(got))
    return total, len(differing), len(lost)


def damaged(chance, text):
    result = bytearray(text)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(result)) if result else 0
        kind = chance.choice(["cut", "byte", "escape", "drop"])
        if kind == "cut":
            del result[at:]
        elif kind == "drop":
            del result[at:at + 1]
        else:
            result[at:at] = bytes([chance.randrange(256)]) if kind == "byte" else ESC
    return result


def main(program, scratch, count):
    warnings.simplefilter("ignore")
    chance = random.Random(20260105)
    sums = [0, 0, 0]
    cases = [(label, terms, lambda f=first, o=others: word(chance, f, o)) for label, terms, first, others in
             SINGLE + EXTENDED]
    cases += [(label, terms, lambda c=codec: whole_word(chance, c)) for label, terms, codec in WHOLE]
    for damage in (False, True):
        for label, terms, make in cases:
            number = count if not damage else count // 10
            outcome = compare(program, f"{scratch}/charset", label, terms, make, chance, number, damage)
            sums = [a + b for a, b in zip(sums, outcome)]
    for terms in (["ISO_IR 999"], ["\\".join(["x"] * 40)], ["ISO 2022 IR 6"], ["../../etc"]):
        make = lambda: word(chance, "100", ["149"])
        folder = f"{scratch}/charset"
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        for number in range(20):
            with open(f"{folder}/{number}.dcm", "wb") as file:
                file.write(data_set(number, terms, [make(), make(), make()]))
        sums[2] += 20 - len(read(program, folder))
    print(f"all sets: {sums[0]} texts, {sums[1]} differ, {sums[2]} objects lost")
    return 1 if sums[1] or sums[2] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 1000))
