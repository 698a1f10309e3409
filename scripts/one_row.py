#!/usr/bin/env python3
"""The median wait for one row of a perceptron of some 10,000 parameters: lagom from text cells to answer, beside scikit-learn's `predict` and onnxruntime
(one thread) from floats, in turn within one run.

    one_row.py LAGOM [ROUNDS]        (default 5; needs numpy, scikit-learn, skl2onnx, onnxruntime)

Each round times the three one after the other; lagom trains its model anew in a folder of its own, so that each round is a measuring in another process.
"""
import csv, json, os, statistics, subprocess, sys, tempfile, time, warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")
warnings.filterwarnings("ignore")
import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

STUDY = """
[task]
data = "rows.csv"
target = "y"
[ladder]
families = ["baseline", "mlp"]
largest = "12k"
policy = "sweep"
[trials]
repeats = 2
"""

def median_wait(predict, rows, count=2_000):
    for row in rows[:50]:
        predict(row[None])
    times = []
    for at in range(count):
        row = rows[at % len(rows)][None]
        start = time.perf_counter()
        predict(row)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6

def lagom_wait(program, folder, round):
    out = os.path.join(folder, f"out-{round}")
    ran = subprocess.run([program, "run", "study.toml", "--out", out], cwd=folder, capture_output=True, text=True)
    report = json.load(open(os.path.join(out, "report.json"))) if os.path.exists(os.path.join(out, "report.json")) else sys.exit(ran.stdout + ran.stderr)
    rows = [row for row in report["analysis"]["screening"]["rows"] if row["name"].startswith("mlp") and row.get("deployment")]
    row = max(rows, key=lambda row: row["parameters"])
    still = row["deployment"]["timings"]["stillness"]
    return row["parameters"], row["deployment"]["latency_p50"] * 1e6, still

def main():
    program, rounds = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    random = np.random.default_rng(0)
    inputs = random.normal(size=(2_000, 64)).astype(np.float32)
    answers = (inputs[:, 0] * inputs[:, 1] + inputs[:, 2] > 0).astype(int)
    model = make_pipeline(StandardScaler(), MLPClassifier((96, 32), max_iter=20, random_state=0)).fit(inputs, answers)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    exported = to_onnx(model, inputs[:1], options={"zipmap": False}).SerializeToString()
    session = onnxruntime.InferenceSession(exported, options)
    name = session.get_inputs()[0].name
    own = sum(one.size for one in model[-1].coefs_ + model[-1].intercepts_)
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "study.toml"), "w") as file:
            file.write(STUDY)
        with open(os.path.join(folder, "rows.csv"), "w", newline="") as file:
            table = csv.writer(file)
            table.writerow([f"x{at}" for at in range(64)] + ["y"])
            table.writerows([f"{value:.4f}" for value in row] + ["ab"[answer]] for row, answer in zip(inputs, answers))
        found = []
        for round in range(rounds):
            parameters, ours, still = lagom_wait(program, folder, round)
            learn = median_wait(model.predict, inputs)
            runtime = median_wait(lambda row: session.run(None, {name: row}), inputs)
            found.append((ours, learn, runtime))
            print(f"lagom ({parameters:,} parameters) {ours:6.2f} µs, waited {still['waited']:.2f}, drift {still['drift']:.3f} · "
                  f"scikit-learn ({own:,}) {learn:6.1f} · onnxruntime {runtime:5.2f} · "
                  f"scikit-learn takes {learn / ours:.1f} times as long, onnxruntime {runtime / ours:.2f} times", flush=True)
    waits = sorted(ours for ours, _, _ in found)
    print(f"lagom: {waits[0]:.2f} to {waits[-1]:.2f} µs, the largest {waits[-1] / waits[0] - 1:.1%} above the smallest; "
          f"medians of the ratios {statistics.median(l / o for o, l, _ in found):.1f} and {statistics.median(r / o for o, _, r in found):.2f}")

main()
