# SPDX-License-Identifier: Apache-2.0
"""What `make bench` runs beside zdm-run: a million rows as plain dictionaries."""

EMAILS = ["alice@example.com", "bob@example.com", None]

rows = [
    {"id": n, "name": f"user{n}", "email": EMAILS[(n - 1) % 3]}
    for n in range(1, 1_000_001)
]
for row in rows:
    row["full_name"] = None
for row in rows:
    row["full_name"] = row["name"]
for row in rows:
    del row["name"]
