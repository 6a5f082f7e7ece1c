"""Fills the queue of the Celery peer: `celery_load COUNT TARGET < body`."""

import sys

import celery_peer

count, target = int(sys.argv[1]), sys.argv[2]
body = sys.stdin.read()
with celery_peer.app.producer_pool.acquire(block=True) as producer:
    for number in range(1, count + 1):
        celery_peer.deliver.apply_async((number, target.replace("{}", str(number)), body), producer=producer)
