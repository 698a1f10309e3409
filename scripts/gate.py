#!/usr/bin/env python3
"""The gate of the rebuilt house: nothing changes that a user relies on.

    scripts/gate.py record LAGOM DATA FOLDER   # run the studies and commands with a binary, keep what they come to
    scripts/gate.py compare BEFORE AFTER       # list every figure that differs; exit code 1 if any does

Records the outcomes (bytes) of every trial and all numbers of `report.json` of four data sets at `largest = "50k"` with seeds 1 to 3,
and the output of `compare`, `fit` and `score` on real files. Times, memory and paths are left out: they differ from run to run.
Needs nothing beyond Python. `SETS=optdigits,sms SEEDS=1` records a part.
"""

import glob, hashlib, json, os, re, sqlite3, subprocess, sys
from pathlib import Path

SETS = {
    "optdigits": ("tabular-classification/optdigits/optdigits.tra", 'target = "Class"\nkind = "classification"\nmetric = "accuracy"'),
    "california": ("tabular-regression/california-housing/housing.csv", 'target = "median_house_value"\nkind = "regression"\nmetric = "r2"'),
    "sms": ("text-classification/sms-spam/sms.tsv", 'target = "column-1"\nkind = "text-classification"\ntext = ["column-2"]\nmetric = "macro-f1"'),
    "banking77": ("text-classification/banking77/train.csv", 'target = "category"\nkind = "text-classification"\ntext = ["text"]\nmetric = "accuracy"'),
}
COMMANDS = {
    "compare-gsm8k": ["compare", "model-outputs/routellm/gsm8k/*.csv"],
    "compare-mmlu": ["compare", "model-outputs/routellm/mmlu/responses/*.csv"],
    "compare-pythia": ["compare", "model-outputs/pythia-evals-final-step/pythia-70m/*/*", "model-outputs/pythia-evals-final-step/pythia-1.4b/*/*"],
    "fit-chinchilla": ["fit", "model-outputs/chinchilla-points/svg_extracted_data.csv"],
    "score-multi30k": ["score", "text-generation/multi30k/test_2016_flickr.de.gz", "text-generation/multi30k/test_2016_flickr.fr.gz", "-m", "bleu,chrf,ter,rouge-1,rouge-l"],
}
# What differs from one run to the next whatever the code.
PASSING = re.compile(
    r"(^|[._])(at|seconds|cpu|wall|started|ended|elapsed|latency\w*|memory|peak_memory|throughput\w*|load\w*|timing\w*|machine|path|out|folder|version|p50|p90|p95|p99)($|[._\[])"
)

# The same in words, where a sentence names them.
IN_WORDS = re.compile(r"\d (ns|µs|ms)\b|\d [kM]B$|CPU time|times (more|less|faster|slower)|^about the same$")


def flat(value, path=""):
    if isinstance(value, dict):
        for key in sorted(value):
            yield from flat(value[key], f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from flat(item, f"{path}[{at}]")
    else:
        yield path, value


def outcomes(store):
    """A digest of every trial's rows and outcomes, by candidate, repeat and share of the rows."""
    found = {}
    for key, spec, *blobs in sqlite3.connect(store).execute("select key, spec, examples, validation, train, sealed from trials"):
        told = json.loads(spec)
        name = f"{told['candidate']['name']} {told.get('repeat')} {told.get('share', told.get('fraction', ''))} {key}"
        found[name] = [hashlib.sha256(blob).hexdigest()[:16] for blob in blobs]
    return found


def record(lagom, data, folder):
    folder.mkdir(parents=True, exist_ok=True)
    names = os.environ.get("SETS", ",".join(SETS)).split(",")
    for name in names:
        path, task = SETS[name]
        for seed in os.environ.get("SEEDS", "1,2,3").split(","):
            study, out = folder / f"{name}-{seed}.toml", folder / f"{name}-{seed}"
            study.write_text(f'[task]\ndata = "{data / path}"\n{task}\n[ladder]\nlargest = "50k"\n[trials]\nseed = {seed}\n')
            run = subprocess.run([lagom, "run", study, "--out", out, "--quiet"], capture_output=True, text=True)
            if run.returncode not in (0, 3):
                sys.exit(f"{study}: exit code {run.returncode}\n{run.stderr}")
            report = json.loads((out / "report.json").read_text())
            kept = {path: value for path, value in flat(report) if not PASSING.search(path)}
            result = {"outcomes": outcomes(out / "store.sqlite"), "report": kept}
            (folder / f"{name}-{seed}.json").write_text(json.dumps(result, indent=0, sort_keys=True))
            print(f"{name}, seed {seed}: {len(result['outcomes'])} trials, {len(kept)} figures", flush=True)
    os.chdir(data)
    for name, command in COMMANDS.items():
        words = [path for word in command for path in (sorted(glob.glob(word)) if "*" in word else [word])]
        run = subprocess.run([lagom, *words], capture_output=True, text=True, cwd=data)
        (folder / f"{name}.json").write_text(json.dumps({"code": run.returncode, "output": run.stdout}))
        print(f"{name}: exit code {run.returncode}, {len(run.stdout)} bytes", flush=True)


def told(path):
    """What is compared of a record: all but what a sentence says of times and memory."""
    all_of = flat(json.loads(path.read_text()))
    return {key: value for key, value in all_of if not (".facts[" in key and isinstance(value, str) and IN_WORDS.search(value))}


def compare(before, after):
    differ = 0
    for path in sorted(before.glob("*.json")):
        other = after / path.name
        if not other.is_file():
            print(f"{path.name}: not recorded after")
            differ += 1
            continue
        old, new = (told(one) for one in (path, other))
        apart = [key for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key)]
        differ += len(apart)
        print(f"{path.name}: {len(old)} figures, {len(apart)} differ")
        for key in apart[:20]:
            print(f"  {key}: {old.get(key)!r} -> {new.get(key)!r}")
    sys.exit(1 if differ else 0)


match sys.argv[1:]:
    case ["record", lagom, data, folder]:
        record(Path(lagom).resolve(), Path(data).resolve(), Path(folder).resolve())
    case ["compare", before, after]:
        compare(Path(before), Path(after))
    case _:
        sys.exit(__doc__)
