"""Writes the values that tests/texts compares with, by the reference implementations themselves.

    python3 -m venv venv && venv/bin/pip install sacrebleu==2.6.0 rouge-score==0.1.2
    venv/bin/python crates/lagom/tests/texts/expected.py DATA wmt17 > crates/lagom/tests/texts/expected/wmt17.tsv
    venv/bin/python crates/lagom/tests/texts/expected.py DATA xsum > crates/lagom/tests/texts/expected/xsum.tsv
    venv/bin/pip download --no-deps allennlp-models==2.10.1 && unzip allennlp_models-*.whl allennlp_models/rc/tools/squad.py
    venv/bin/python crates/lagom/tests/texts/expected.py DATA squad allennlp_models/rc/tools/squad.py \
        > crates/lagom/tests/texts/expected/squad.tsv

The last has the functions of SQuAD's official evaluation script for version 2; that of 1.1 differs in one line, below.

DATA is the folder that LAGOM_TEST_DATA names. Only numbers are written, no text.
"""

import bz2
import json
import pickle
import sys
import tarfile

import sacrebleu
from sacrebleu.metrics import BLEU, CHRF, TER
from rouge_score import rouge_scorer


class Plain(pickle.Unpickler):
    """Lists, pairs and texts only: nothing of a stranger's pickle is run."""

    def find_class(self, module, name):
        raise pickle.UnpicklingError(f"{module}.{name} in a file of plain texts")


def wmt17(data):
    path = f"{data}/metric-test-vectors/sacrebleu/wmt17_en_de_systems.pkl.bz2"
    systems = Plain(bz2.open(path)).load()
    named = dict(systems)
    (references,) = named.pop("reference")
    other = next(iter(named.values()))
    print("system\tmetric\treferences\tsetting\tvalue")
    for at, (name, answers) in enumerate(named.items()):
        for count, refs in ((1, [references]), (2, [references, other])):
            # TER takes sacreBLEU long: its settings for three systems only
            for line in of_system(answers, refs, count, at < 3):
                print(name, *line, sep="\t", flush=True)


def of_system(answers, refs, count, settings_of_ter):
    tokenisers = ("13a", "intl", "char", "none") if count == 1 else ("13a",)
    for tokeniser in tokenisers:
        for lowercase in (False, True) if tokeniser == "13a" and count == 1 else (False,):
            metric = BLEU(tokenize=tokeniser, lowercase=lowercase)
            cached = metric._extract_corpus_statistics(answers, refs)
            sums = [sum(column) for column in zip(*cached)]
            for smoothing in ("exp", "floor", "add-k", "none"):
                found = BLEU.compute_bleu(sums[2:6], sums[6:], sums[0], sums[1], smoothing)
                yield "bleu", count, f"{tokeniser},{smoothing}{',lc' * lowercase}", repr(found.score)
    plain = {} if count == 2 else {"lowercase": {"lowercase": True}, "whitespace": {"whitespace": True}}
    for setting, options in {"": {}, "epsilon": {"eps_smoothing": True}, **plain}.items():
        for metric, words in (("chrf", 0), ("chrf++", 2)):
            yield metric, count, setting, repr(CHRF(word_order=words, **options).corpus_score(answers, refs).score)
    options = {"": {}} if count == 1 or settings_of_ter else {}
    if count == 1 and settings_of_ter:
        options.update({"case": {"case_sensitive": True}, "normalised": {"normalized": True}})
        options["no-punctuation"] = {"no_punct": True}
    for setting, option in options.items():
        yield "ter", count, setting, repr(TER(**option).corpus_score(answers, refs).score)


def xsum(data):
    path = f"{data}/text-generation/xsum-test-system-outputs/xsum-model-predictions.tar.gz"
    files = {}
    with tarfile.open(path) as archive:
        for member in archive:
            if member.name.endswith(".txt"):
                name = member.name.rsplit("/", 1)[1]
                files[name] = archive.extractfile(member).read().decode().rstrip("\n").split("\n")
    gold = files.pop("gold-test-sentences.txt")
    types = ["rouge1", "rouge2", "rougeL", "rougeLsum"]
    print("system\tstemmer\tmetric\tlines\tprecision\trecall\tf1")
    for name, answers in sorted(files.items()):
        for stemmer in (False, True):
            scorer = rouge_scorer.RougeScorer(types, use_stemmer=stemmer)
            # ROUGE-Lsum wants sentences on lines of their own
            lines = [(g.replace(" . ", " .\n"), a.replace(" . ", " .\n")) for g, a in zip(gold, answers)]
            scores = [scorer.score(g, a) for g, a in lines]
            for kind in types:
                sums = [sum(score[kind][part] for score in scores) for part in range(3)]
                means = [repr(total / len(scores)) for total in sums]
                print(name, "yes" if stemmer else "no", kind, len(scores), *means, sep="\t", flush=True)


def squad(data, script):
    official = {}
    exec(open(script).read(), official)
    exact, f1, normalise = (official[name] for name in ("compute_exact", "compute_f1", "normalize_answer"))
    # evaluate-v1.1.py: nothing in common is 0, even where both are empty
    first = lambda answer, gold: f1(answer, gold) if normalise(answer) and normalise(gold) else 0.0
    print("file\tanswers\texact\tf1\tf1-v2")
    for file in ("NQ-open.dev.jsonl", "NQ-open.efficientqa.dev.1.1.jsonl"):
        rows = [json.loads(line) for line in open(f"{data}/text-generation/nq-open/{file}", encoding="utf-8")]
        for way in ("last", "loud", "question", "next", "joined", "none"):
            sums = [0.0, 0.0, 0.0]
            for at, row in enumerate(rows):
                golds, answer = row["answer"], made_up(way, rows, at)
                kept = [gold for gold in golds if normalise(gold)] or [""]
                best = (max(exact(answer, gold) for gold in golds), max(first(answer, gold) for gold in golds))
                sums = [a + b for a, b in zip(sums, (*best, max(f1(answer, gold) for gold in kept)))]
            print(file, way, *(repr(total / len(rows)) for total in sums), sep="\t", flush=True)


def made_up(way, rows, at):
    """What a model might have said; squad.rs makes up the same."""
    golds = rows[at]["answer"]
    return {
        "last": golds[-1],
        "loud": f"The {golds[0].upper()}!",
        "question": rows[at]["question"],
        "next": rows[(at + 1) % len(rows)]["answer"][0],
        "joined": ", and the ".join(golds),
        "none": "",
    }[way]


if __name__ == "__main__":
    assert sacrebleu.__version__ == "2.6.0", sacrebleu.__version__
    {"wmt17": wmt17, "xsum": xsum, "squad": squad}[sys.argv[2]](sys.argv[1], *sys.argv[3:])
