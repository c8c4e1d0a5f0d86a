"""What a user would write with rdflib: parse the Turtle, run the query.

Arguments: the Turtle file and the file of the query.
"""

import sys

from rdflib import Graph

with open(sys.argv[2], encoding="utf-8") as file:
    text = file.read()
answer = Graph().parse(sys.argv[1], format="turtle").query(text)
sys.stdout.buffer.write(answer.serialize(format="csv") or b"")
