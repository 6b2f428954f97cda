#!/usr/bin/env python3
"""Compares what the crate writes in Phase III with the modules of ECMA-285, by a decoder of its own (asn1tools).

    pip install asn1tools
    CSTA_BER_SAMPLES=/tmp/samples cargo test -p lineside-csta --lib ber::
    python3 check.py ../asn1/csta3-core.asn1 /tmp/samples/samples.txt

Each message is decoded, every field that was written has to be there under its name, and what asn1tools writes again has to be the same
bytes, or at least to have the same content (a default that is written all the same, zeros at the end of a bit string).
"""

import collections
import sys

import asn1tools

# Names of services here that the modules shorten.
TYPES = {
    "SingleStepTransferCall": "SingleStepTrans",
    "SingleStepConferenceCall": "SingleStepConf",
    "RequestSystemStatusArgument": "RequestSysStatArg",
    "RequestSystemStatusResult": "RequestSysStatRes",
    "SystemStatusArgument": "SystemStatusArg",
}
# The same field by its name in ECMA-323 and in ECMA-285.
NAMES = {
    "callcontrol": "callControl",
    "associatedCallingDevice": "associatedCallingDeviceID",
    "associatedCalledDevice": "associatedCalledDeviceID",
    "locationInfoList": "locationInfo",
    "originatingNIDConnection": "originatingNIDConneciton",
    "originatinNIDConnection": "originatingNIDConneciton",
    "monitorCrossRefID": "crossRefIdentifier",
}
EVENTS = {"routeingMode": "routeing", "deviceCapabilityChanged": "deviceCaps"}
OPERATIONS = {1: "Argument", 2: "Result"}


def short(name):
    return NAMES.get(name, name).replace("-", "").lower()


def asn1_type(kind, known):
    for long, brief in TYPES.items():
        if kind == long or (kind.startswith(long) and not long.endswith(("Argument", "Result"))):
            kind = kind.replace(long, brief)
    return kind if kind in known else None


def element(data, at=0):
    """Where the content of the element at `at` begins and ends."""
    length, at = data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        length, at = int.from_bytes(data[at : at + count], "big"), at + count
    return at, at + length


def payload(kind, data):
    """What stands behind the operation code."""
    at, _ = element(data)
    _, at = element(data, at)  # invoke id
    if kind.endswith("Result"):
        at, _ = element(data, at)
    _, at = element(data, at)  # operation code
    return data[at:]


def told(value):
    """The same without what says nothing: zeros at the end of a bit string, and fields with nothing in them."""
    if isinstance(value, dict):
        fields = {name: told(field) for name, field in value.items()}
        return {name: field for name, field in fields.items() if field != ""}
    if isinstance(value, list):
        return [told(item) for item in value]
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], (bytes, bytearray)):
        return "".join(f"{byte:08b}" for byte in value[0])[: value[1]].rstrip("0")
    if isinstance(value, tuple):
        return tuple(told(part) for part in value)
    return value


def main():
    modules = asn1tools.compile_files(sys.argv[1], "ber")
    count = collections.Counter()
    problems = collections.OrderedDict()
    for line in open(sys.argv[2], encoding="ascii"):
        kind, names, hexadecimal = line.strip().split("|")
        data = payload(kind, bytes.fromhex(hexadecimal))
        name = "CSTAEventReportArgument" if kind.endswith("Event") else asn1_type(kind, modules.types)
        if name is None:
            count["not in these modules: " + kind] += 1
            continue
        count["messages"] += 1
        try:
            value = modules.decode(name, data)
            again = modules.encode(name, value)
        except Exception as error:  # whatever asn1tools says of it is the finding
            problems.setdefault(kind, f"{type(error).__name__}: {error} {data.hex()}")
            count["wrong"] += 1
            continue
        fields = value
        if kind.endswith("Event"):
            (_, (event, fields)) = value["eventSpecificInfo"]
            if short(EVENTS.get(event, event)) not in short(kind).replace("transfered", "transferred"):
                problems.setdefault(kind, f"read as {event}")
                count["wrong"] += 1
                continue
        theirs = {short(field) for field in fields} if isinstance(fields, dict) else set()
        ours = {short(field) for field in names.split(",") if field}
        if theirs - ours or ours - theirs:
            problems.setdefault(kind, f"fields: ours {sorted(ours - theirs)}, theirs {sorted(theirs - ours)}")
            count["other names"] += 1
        if again == data:
            count["the same bytes"] += 1
        elif told(modules.decode(name, again)) == told(value):
            count["the same content"] += 1
        else:
            problems.setdefault(kind, f"other content: {data.hex()} {again.hex()}")
            count["wrong"] += 1
    for what, number in sorted(count.items()):
        print(f"{number:6} {what}")
    for kind, problem in problems.items():
        print(f"{kind}: {problem}")
    return 1 if count["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
