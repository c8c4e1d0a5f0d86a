"""The service: a build, asked over HTTP. `run` is all that the command line needs.

The process that listens never parses SPARQL and never opens the graph. It looks at a request
(`screen`, `protocol`), finds a worker (`pool`) and passes on what that answers. A worker
(`worker`, `answer`) is a process that may be killed at any time.
"""
