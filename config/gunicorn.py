"""How does gunicorn serve the application? Two processes of four threads, unless the host says otherwise."""

import os

wsgi_app = "config.wsgi"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))

# A page takes milliseconds: half a minute means that something hangs, and the worker is replaced.
timeout = 30
# What was begun is finished before a worker stops; below the notice that hosts usually give (30 s).
graceful_timeout = 20
keepalive = 5

# The heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108 (read before Django, a memory folder)
# No file outside the project, no channel that nobody uses.
control_socket_disable = True

# Our middleware writes one line per request, with the route and never the path.
accesslog = None
errorlog = "-"
loglevel = "warning"
