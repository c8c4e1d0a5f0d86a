"""The floor under `kg ask`: no more than it takes to open the store and run the query.

Arguments: the folder of the store, the file of the query, and CSV or JSON.
"""

import sys

import pyoxigraph as ox

store = ox.Store.read_only(sys.argv[1])
with open(sys.argv[2], encoding="utf-8") as file:
    text = file.read()
answer = store.query(text)
form = getattr(ox.QueryResultsFormat, sys.argv[3])
sys.stdout.buffer.write(answer.serialize(format=form) or b"")
