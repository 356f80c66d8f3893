"""Records some 5,000 whole responses of the service, and replays the requests against another checkout.

    python -m tests.tools.recorder record --output old.jsonl.gz --checkout ../old
    python -m tests.tools.recorder replay old.jsonl.gz --checkout ../new --ignore '^GET /metrics'

Without `--checkout` it serves the checkout that holds the recorder. It builds three databases from that checkout's
seeds (the project's own, both campaigns, generated ones), starts its real server for each and sends the requests one
after another. `--setting NAME=VALUE` sets an environment variable of the server; use it to replay a recording with
another configuration. The requests are stored in the recording: they come from fixed lists, seeded randomness and the
ids that the recorded server published. Where a request depends on an earlier response (its ETag, its next page), the
recording holds a reference, and the value is taken from the response of the server that is queried.

Before responses are stored or compared, whatever may differ between two runs is replaced by a placeholder: ports,
dates, data versions, request ids, cursors, ETags. An ETag or a cursor is named after the request whose response had it
first, so equality between responses is compared too. Bodies are decoded; of XLSX files the members are compared.
The exit status of `replay` is 1 where a response differs.
"""
