"""The worker process: threads that run jobs, one for the listeners, one for schedules and dead workers."""

import logging
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from uuid import UUID

from oversite.base.events.actions import run_listeners
from oversite.base.jobs import actions as jobs
from oversite.common.config import Config

logger = logging.getLogger(__name__)

IDLE_S = 0.5
SWEEP_EVERY_S = 5
STOP_WITHIN_S = 8
LANES: tuple[tuple[str, ...], ...] = (("default",), ("default", "long"), ("long",))
"""One thread each, and the queues it takes work from: long work never keeps the short waiting."""


@dataclass(slots=True)
class WorkerProcess:
    """Runs until `stop` is set; each thread has a connection of its own."""

    worker_id: UUID
    process: jobs.Process
    stop: threading.Event = field(default_factory=threading.Event)
    exit_status: int = 0

    def run(self) -> int:
        """Work; gives the exit status: 0 stopped, 1 struck off by another worker and to be started again."""
        threads = [self._start(f"jobs-{queues[-1]}", self._job_loop(queues)) for queues in LANES]
        threads.append(self._start("listeners", run_listeners))
        threads.append(self._start("schedules", self._tend, SWEEP_EVERY_S))
        self._beat_until_stopped()
        for thread in threads:
            thread.join(STOP_WITHIN_S / len(threads))
        return self.exit_status

    def _job_loop(self, queues: tuple[str, ...]) -> Callable[[], object]:
        return lambda: jobs.run_next(self.worker_id, queues)

    def _tend(self) -> int:
        jobs.sweep(self.process)
        jobs.submit_due()
        return 0

    def _beat_until_stopped(self) -> None:
        while not self.stop.wait(jobs.HEARTBEAT_EVERY_S):
            try:
                if not jobs.beat(self.worker_id):
                    logger.error("another worker thought this one dead; starting again")
                    self.exit_status = 1
                    self.stop.set()
            except Exception:
                logger.exception("the heartbeat could not be written")
                jobs.release_connection()

    def _start(self, name: str, round_: Callable[[], object], idle_s: float = IDLE_S) -> threading.Thread:
        thread = threading.Thread(target=self._loop, args=(round_, idle_s), name=name, daemon=True)
        thread.start()
        return thread

    def _loop(self, round_: Callable[[], object], idle_s: float) -> None:
        """Call `round_` again and again, pausing when it had nothing to do; a fault is logged and outlived."""
        while not self.stop.is_set():
            try:
                if round_():
                    continue
            except Exception:
                logger.exception("%s", threading.current_thread().name)
                jobs.release_connection()
            self.stop.wait(idle_s)
        jobs.release_connection()


def main(_config: Config) -> None:
    """Run one worker until SIGTERM or SIGINT; what it still runs then is given back to the queue."""
    process = jobs.Process.own()
    jobs.sweep(process)
    worker = jobs.register_worker(process)
    running = WorkerProcess(worker.pk, process)

    def stop(_number: int, _frame: FrameType | None) -> None:
        running.stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    status = running.run()
    jobs.leave(worker.pk)
    logging.shutdown()
    os._exit(status)  # a thread in the middle of a job must not outlive the moment its job was given back
