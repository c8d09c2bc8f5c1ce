"""Training and forward passes of the detectors, ours and as plain eager PyTorch programs, in turn in one run.

Run:  QUIRE_BENCHMARKS=1 swift build -c release --product benchmark-training
      python training.py [kind …] [--rounds 5] [--steps 6] [--threads 1]           needs torch==2.13.0+cpu, scipy

Every round runs both programs once for each detector; the table has the medians over the rounds, and of the quotients
of a round. Peak memory is that of the whole process.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
# The peer's program, and the options of both.
KINDS = {
    "detr-r50": ("detr.py", []),
    "detr-r101": ("detr.py", []),
    "dab-detr-r50": ("dab_detr.py", []),
    "deformable-detr-r50": ("deformable_detr.py", []),
    "detr-r50-full": ("detr.py", ["--batch", "4", "--pixels", "320"]),
}


def measured(command, threads):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{command[0]}: {done.stderr.strip()[-500:]}")
    return json.loads(done.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kinds", nargs="*", metavar="kind", help=", ".join(KINDS))
    parser.add_argument("--program", default=str(HERE.parent / ".build/release/benchmark-training"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    print(f"{options.threads} thread(s), medians of {options.rounds} rounds of {options.steps} steps")
    print("| detector | training, images/s | PyTorch | quotient | forward | PyTorch | quotient | peak, MB | PyTorch |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    for kind in options.kinds or KINDS:
        peer, sizes = KINDS[kind]
        rest = [kind, *sizes, "--steps", str(options.steps), "--threads", str(options.threads)]
        rounds = []
        for _ in range(options.rounds):
            ours = measured([options.program, *rest], options.threads)
            rounds.append((ours, measured([sys.executable, str(HERE / "peers" / peer), *rest], options.threads)))
        cells = [kind]
        for name in ("training", "forward"):
            columns = [[one[name] for one in column] for column in zip(*rounds)]
            quotient = statistics.median(a / b for a, b in zip(*columns))
            cells += [f"{statistics.median(column):.1f}" for column in columns] + [f"{quotient:.2f}"]
        cells += [f"{statistics.median(one['peak'] for one in column):.0f}" for column in zip(*rounds)]
        print("| " + " | ".join(cells) + " |", flush=True)


main()
