"""python3 -m unittest discover bench"""

import contextlib
import io
import json
import os
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import run  # noqa: E402
import threads  # noqa: E402


def line(rate, others=0.0):
    return {"generation_tokens_per_second": rate, "sft_tokens_per_second": rate, "ppo_episodes_per_second": rate,
            "cores_used_by_others": others}


class ThreadsTest(unittest.TestCase):
    def test_a_setting_replaces_what_the_caller_has_set(self):
        with mock.patch.dict(os.environ, {"OMP_WAIT_POLICY": "active", "GOMP_SPINCOUNT": "7", "OMP_NUM_THREADS": "9"}):
            one, long, short, passive = (threads.environment(s) for s in threads.settings_of(2).values())
        names = ("OMP_NUM_THREADS", "GOMP_SPINCOUNT", "OMP_WAIT_POLICY")
        self.assertEqual([("1", None, None), ("2", "100000", None), ("2", "1000", None), ("2", None, "passive")],
                         [tuple(each.get(name) for name in names) for each in (one, long, short, passive)])
        self.assertEqual("4000000000", passive["MALLOC_MMAP_THRESHOLD_"])

    def test_busy_loops_end_with_the_measurement_even_if_it_fails(self):
        with self.assertRaises(run.Failed), mock.patch.object(threads.subprocess, "Popen", wraps=threads.subprocess.Popen) as popen:
            with threads.busy_loops(2):
                self.assertEqual(2, popen.call_count)
                children = pathlib.Path(f"/proc/self/task/{os.getpid()}/children")
                running = children.read_text().split()
                self.assertEqual(2, len(running))
                raise run.Failed("x")
        self.assertEqual([], [pid for pid in children.read_text().split() if pid in running])

    def test_the_table_marks_other_load_and_leaves_out_what_failed(self):
        cells = {("a", 0): line(1234.5), ("a", 1): line(10, 1.1), ("b", 1): line(2, 1.5)}
        self.assertEqual("| SFT, tokens/s | quiet | beside 1 busy loop |\n|---|---|---|\n"
                         "| a | 1,234 | 10 |\n| b | – | 2 (machine was busy) |",
                         threads.table("SFT", ("a", "b"), (0, 1), cells))

    def test_quick_runs_every_setting_quiet_and_beside_one_loop_and_prints_markdown(self):
        measured = []

        def measure(_args, folder, _flags, setting, _seconds_left):
            measured.append((folder, tuple(setting.values())))
            return line(len(measured))

        with tempfile.TemporaryDirectory() as folder, mock.patch.object(threads, "measure", measure), \
                contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()):
            pathlib.Path(folder, "threads-4x192").mkdir()
            pathlib.Path(folder, "threads-4x192", "config.json").write_text("{}")
            file = pathlib.Path(folder, "out.json")
            code = threads.main(["--quick", "--threads", "2", "--models", folder, "--out", str(file)])
            lines = json.loads(file.read_text())["lines"]
        self.assertEqual(0, code)
        self.assertEqual([("threads-4x192", settings) for settings in
                          2 * [("1",), ("2", "100000"), ("2", "1000"), ("2", "passive")]], measured)
        self.assertEqual([0] * 4 + [1] * 4, [each["busy_loops"] for each in lines])
        self.assertIn("| 2 threads, OMP_WAIT_POLICY=passive | 4.0 | 8.0 |", out.getvalue())

    def test_what_there_is_no_time_for_is_left_out_and_said(self):
        with tempfile.TemporaryDirectory() as folder, \
                mock.patch.object(threads, "measure", side_effect=run.Failed("out of time")), \
                contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
            pathlib.Path(folder, "threads-4x192").mkdir()
            pathlib.Path(folder, "threads-4x192", "config.json").write_text("{}")
            code = threads.main(["--quick", "--models", folder, "--out", str(pathlib.Path(folder, "out.json"))])
        self.assertEqual(1, code)
        self.assertIn("| 1 thread | – | – |", out.getvalue())
        self.assertIn("1 thread, 0 busy loops: out of time", err.getvalue())


if __name__ == "__main__":
    unittest.main()
