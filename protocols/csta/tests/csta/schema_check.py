#!/usr/bin/env python3
"""Holds what is read and written against a schema of ECMA-323 (needs `pip install xmlschema`). Not part of any test run.

usage: schema_check.py SCHEMA [FOLDER]

Makes documents of every element of the schema, each with every field and, one after the other, every alternative and every word. They
are read and written by the test `documents_of_a_folder_are_read_and_written_again`. What is written has to be valid, and the same.
Told are: messages that are not in the tables, fields that are not, words that are not, and what is not written as it was read.
"""
import collections, os, pathlib, re, subprocess, sys, tempfile
import xml.etree.ElementTree as ET
import xmlschema
from xmlschema.validators import XsdAnyElement, XsdElement

DEPTH = 9
VALUES = {"boolean": "true", "hexBinary": "0A0B", "base64Binary": "AAAA", "dateTime": "2026-01-01T00:00:00", "date": "2026-01-01",
          "time": "00:00:00", "duration": "PT1S", "decimal": "1", "float": "1", "double": "1", "anyURI": "http://a"}


def word(kind, turn):
    if kind.is_union() if hasattr(kind, "is_union") else False:
        return word(kind.member_types[turn % len(kind.member_types)], turn)
    words = kind.enumeration
    if words:
        return str(words[turn % len(words)])
    primitive = getattr(kind, "primitive_type", None)
    return VALUES.get(primitive.local_name if primitive is not None else "string", "1")


def fill(parent, group, turn, depth):
    if group.model == "choice":
        items = [item for item in group if not isinstance(item, XsdAnyElement)]
        items = items[turn % len(items):][:1] if items else []
    else:
        items = list(group)
    for item in items:
        if isinstance(item, XsdElement):
            if depth < DEPTH:
                parent.append(made(item, turn, depth + 1))
        elif not isinstance(item, XsdAnyElement):
            fill(parent, item, turn, depth)


def made(element, turn, depth=0):
    tree = ET.Element(element.name)
    kind = element.type
    if kind.has_complex_content() or kind.is_complex() and not kind.has_simple_content():
        content = getattr(kind, "content", None)
        if content is not None and hasattr(content, "model"):
            fill(tree, content, turn, depth)
    else:
        simple = kind.content if kind.is_complex() else kind
        tree.text = word(simple, turn)
    return tree


def round_trip(folder):
    run = ["cargo", "test", "-q", "-p", "lineside-csta", "--test", "csta", "documents_of_a_folder"]
    subprocess.run(run, check=True, env={**os.environ, "CSTA_DOCUMENTS": str(folder)}, stdout=subprocess.DEVNULL)


def leaves(tree, path=""):
    """What a document says, without the places of what stands beside each other, and without what is as good as not said."""
    path = f"{path}/{tree.tag.split('}')[-1]}"
    if len(tree) == 0:
        yield path, (tree.text or "").strip()
    for child in tree:
        yield from leaves(child, path)


def main():
    schema = xmlschema.XMLSchema(sys.argv[1])
    namespace = schema.target_namespace
    ET.register_namespace("", namespace)
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp())
    folder.mkdir(exist_ok=True)
    told = collections.defaultdict(collections.Counter)

    def write(names, turns):
        for old in folder.glob("*.*"):
            old.unlink()
        for name in names:
            for turn in turns:
                tree = made(schema.elements[name], turn)
                (folder / f"{name}.{turn}.xml").write_bytes(ET.tostring(tree, encoding="utf-8"))
        round_trip(folder)

    write(sorted(schema.elements), [0])
    known = []
    for name in sorted(schema.elements):
        source, out = ((folder / f"{name}.0.{end}").read_text() for end in ("xml", "out"))
        body = re.sub(r"<\?xml.*?\?>\s*", "", out)
        if body == re.sub(r"<\?xml.*?\?>\s*", "", source):
            told["not in the tables"][name] += 1
        else:
            known.append(name)
    write(known, range(130))
    for file in sorted(folder.glob("*.xml")):
        name = file.name.split(".")[0]
        out = file.with_suffix(".out").read_text()
        if not out.startswith("<"):
            told["not read"][f"{name}: {out[:200]}"] += 1
            continue
        for field in re.findall(r"<(\w+) xmlns=\"[^\"]*\"", out)[1:]:
            told["fields that are not in the tables"][f"{name}: {field}"] += 1
        for error in schema.iter_errors(re.sub(r"<\?xml.*?\?>", "", out)):
            told["not valid"][f"{name}: {error.path}: {str(error.reason)[:120]}"] += 1
        before, after = (collections.Counter(leaves(ET.fromstring(text))) for text in (file.read_text(), out))
        for path, text in before - after:
            told["not written as it was read"][f"{path}: {text!r}"] += 1
    for what, cases in told.items():
        print(f"== {what}: {len(cases)}")
        for case in sorted(cases):
            print("  ", case)
    print(f"{len(known)} messages in the tables")
    return 1 if told["not valid"] or told["not read"] else 0


sys.exit(main())
