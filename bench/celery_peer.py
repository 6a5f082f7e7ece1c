"""The same job in Celery: take a message, call the same HTTP target with the same body, and save the status in PostgreSQL.

Tuned as its own documentation advises for many small tasks: prefork, late acknowledgement, a large prefetch, no results, no events,
no gossip, one kept HTTP connection and one kept database connection (with a prepared statement) for each process.
"""

import io
import os

import celery
import celery.signals
import psycopg
import pycurl

app = celery.Celery("peer", broker=os.environ["BENCH_BROKER_URL"])
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    task_default_queue="bench.celery",
    task_default_delivery_mode="persistent",
    worker_prefetch_multiplier=64,
    worker_send_task_events=False,
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,
    task_track_started=False,
    broker_heartbeat=0,
    broker_transport_options={"confirm_publish": True},
    broker_connection_retry_on_startup=True,
)

curl = None
database = None


@celery.signals.worker_process_init.connect
def connect(**_):
    global curl, database
    curl = pycurl.Curl()
    curl.setopt(pycurl.POST, 1)
    curl.setopt(pycurl.HTTPHEADER, ["Content-Type: application/json", "Expect:"])
    curl.setopt(pycurl.TIMEOUT, 15)
    curl.setopt(pycurl.TCP_NODELAY, 1)
    curl.setopt(pycurl.WRITEFUNCTION, io.BytesIO().write)
    database = psycopg.connect(os.environ["BENCH_DATABASE_URL"], autocommit=True, prepare_threshold=0)


@app.task(name="deliver")
def deliver(number, url, body):
    curl.setopt(pycurl.URL, url)
    curl.setopt(pycurl.POSTFIELDS, body)
    curl.perform()
    status = "delivered" if 200 <= curl.getinfo(pycurl.RESPONSE_CODE) < 300 else "technical-failure"
    database.execute(
        "UPDATE bench_celery SET status = %s, updated_at = clock_timestamp() WHERE number = %s", (status, number)
    )
