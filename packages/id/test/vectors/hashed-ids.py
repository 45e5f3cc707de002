"""Prints the vectors of `hashedIds`, computed from its description with Python's own libraries.

    python3 packages/id/test/vectors/hashed-ids.py > packages/id/test/vectors/hashed-ids.json
"""

import hashlib
import ipaddress
import json

ADDRESSES = [
    "124.31.75.21",
    "124.31.75.22",
    "124.31.75.25",
    "124.31.76.21",
    "203.0.113.255",
    "1.2.3.0",
    "2001:b829:2123:be84:e16c:d6ae:5290:49f1",
    "2001:b829:2123:be87:e16c:d6ae:5290:49f1",
    "2001:b829:2123:1184::1",
    "2001:b829:2124:be84::1",
    "::ffff:124.31.75.21",
]


def beginning(text, choice):
    """The first 8 hexadecimal digits of an id at the address."""
    address = ipaddress.ip_address(text)
    if address.version == 6 and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    number = int(address)
    if address.version == 4:
        subnet, host = number >> 8, number & 3
        message = subnet.to_bytes(3, "big") + bytes([host, choice])
    else:
        subnet, host = number >> 80, (number >> 64) & 3
        message = subnet.to_bytes(6, "big") + bytes([0, host, choice])
    return hashlib.sha256(message).hexdigest()[:8]


vectors = [
    {
        "address": address,
        "bytes": ipaddress.ip_address(address).packed.hex(),
        "choice": choice,
        "beginning": beginning(address, choice),
    }
    for address in ADDRESSES
    for choice in range(2)
]
print(json.dumps({"vectors": vectors}, indent=2))
