"""python3 -m unittest discover bench"""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import ours  # noqa: E402
import run  # noqa: E402

SIDE = """
import json, os, pathlib, sys
folder = pathlib.Path({folder!r})
with open(folder / "order", "a") as order:
    order.write({name!r} + "\\n")
print("a launcher's chatter")
print(json.dumps({{"job": "x", "iterations_per_second": {rate}, "val_loss": 1.5, "val_loss_whole_split": 1.6,
                   "threads": os.environ["OMP_NUM_THREADS"], "argv": sys.argv[1:]}}))
"""


class RunTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def side(self, name, rate):
        """A script that takes a turn and prints its line."""
        file = self.folder / (name + ".py")
        file.write_text(SIDE.format(folder=str(self.folder), name=name, rate=rate))
        return file

    def bench(self, ours, *more, peer_rate=10.0):
        # The peer's Python is a stand-in that ignores the script it is given.
        peer = self.folder / "python"
        peer.write_text(f"#!/bin/sh\nexec {sys.executable} {self.side('peer', peer_rate)} \"$@\"\n")
        peer.chmod(0o755)
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run.main(["--ours", ours, "--peer-python", str(peer), "--text", "t.txt", "--jobs", "char",
                             "--rounds", "3", "--threads", "2", "--out", str(self.folder / "out.json"), *more])
        written = self.folder / "out.json"
        result = json.loads(written.read_text()) if written.exists() else {"rows": []}
        return code, out.getvalue(), err.getvalue(), result

    def test_the_ratio_is_that_of_medians_by_round_and_sides_take_turns(self):
        code, out, _, result = self.bench(f"{sys.executable} {self.side('ours', 12.5)}")

        self.assertEqual(0, code)
        self.assertEqual(1.25, result["rows"][0]["ratio"])
        self.assertIn("iterations_per_second  10.0  12.5   1.25  1.25 … 1.25", out)
        self.assertEqual("peer ours ours peer peer ours".split(), (self.folder / "order").read_text().split())

    def test_both_sides_get_the_same_flags_and_settings(self):
        _, _, _, result = self.bench(f"{sys.executable} {self.side('ours', 1)}")

        peer, ours = (next(line for line in result["lines"] if line["side"] == side) for side in ("peer", "ours"))
        self.assertEqual("char", ours["argv"][0])
        self.assertEqual(peer["argv"][1:], ours["argv"][1:])
        self.assertEqual("2", peer["threads"])
        self.assertEqual("2", ours["threads"])

    def test_slower_is_said(self):
        _, out, _, _ = self.bench(f"{sys.executable} {self.side('ours', 5.0)}")
        self.assertRegex(out, r"0\.50 … 0\.50  slower")

    def test_a_side_that_fails_is_named_and_the_exit_code_tells(self):
        code, _, err, result = self.bench("false")
        self.assertEqual(1, code)
        self.assertIn("char, ours: exit code 1", err)
        self.assertEqual([], result["rows"])

    def test_a_line_without_the_metric_is_a_failure(self):
        code, _, err, _ = self.bench("""sh -c 'echo "{}"'""")
        self.assertEqual(1, code)
        self.assertIn("char, ours: its line lacks 'iterations_per_second'", err)

    def test_one_side_alone_has_metrics_and_no_ratio(self):
        code, out, _, result = self.bench(f"{sys.executable} {self.side('ours', 12.5)}", "--only", "ours")
        self.assertEqual(0, code)
        self.assertEqual({"peer": None, "ours": 12.5, "ratio": None},
                         {key: result["rows"][0][key] for key in ("peer", "ours", "ratio")})
        self.assertEqual(["ours"] * 3, (self.folder / "order").read_text().split())
        self.assertRegex(out, r"–\s+12\.5\s+–")

    def test_our_side_starts_on_what_the_launcher_uses(self):
        settings = ours.launcher_settings("Property settings:\n    ai.djl.offline = true\n"
                                          "    java.class.path = /p/rlhf.jar\n        /p/lib/api.jar\n"
                                          "    java.home = /jdk\n\nrlhf 0.1\n")
        self.assertEqual({"ai.djl.offline": ["true"], "java.class.path": ["/p/rlhf.jar", "/p/lib/api.jar"],
                          "java.home": ["/jdk"]}, settings)

    def test_an_unknown_job_is_refused(self):
        with contextlib.redirect_stderr(io.StringIO()) as err, self.assertRaises(SystemExit):
            run.arguments(["--text", "t", "--jobs", "chess"])
        self.assertIn("no job 'chess'", err.getvalue())


if __name__ == "__main__":
    unittest.main()
