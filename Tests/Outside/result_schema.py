#!/usr/bin/env python3
"""Checks result.json files against etc/result.schema.json with an independent validator (python3-jsonschema).

    result_schema.py RESULT.json…        exit 0 where all are valid

Every required member is then taken away and an unknown one added, wherever an object stands in the file, to see that
the schema says no.
"""
import copy
import json
import pathlib
import sys

import jsonschema


def objects(value, path=()):
    if isinstance(value, dict):
        yield path
        for key, item in value.items():
            yield from objects(item, path + (key,))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from objects(item, path + (place,))


def at(value, path):
    for step in path:
        value = value[step]
    return value


def main() -> int:
    root = pathlib.Path(__file__).resolve().parents[2]
    schema = json.loads((root / "etc/result.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 64
    bad = 0
    for name in sys.argv[1:]:
        text = pathlib.Path(name).read_text()
        result = json.loads(text, parse_constant=lambda word: sys.exit(f"{name}: {word} is no JSON"))
        errors = list(validator.iter_errors(result))
        for error in errors:
            print(f"{name}: {error.json_path}: {error.message}")
        canonical = json.dumps(result, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
        if [k for k, _ in json.loads(text, object_pairs_hook=list)] != sorted(result) or "\n" in text[:-1]:
            errors.append("order")
            print(f"{name}: the keys are not sorted or there is white space")
        accepted = 0
        places = list(objects(result))
        for path in places:
            spoiled = copy.deepcopy(result)
            at(spoiled, path)["PatientName"] = "x"
            accepted += validator.is_valid(spoiled)
        if accepted:
            errors.append("unknown")
            print(f"{name}: an unknown member was accepted in {accepted} places")
        print(f"{name}: {'valid' if not errors else 'NOT VALID'}, {len(places)} objects, {len(canonical)} bytes")
        bad += bool(errors)
    return 65 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
