"""What transformers and model2vec make of real weights on real texts: the answers of the tests marked as ignored.

    python3 -m venv venv && venv/bin/pip install torch transformers model2vec safetensors
    venv/bin/python real.py DATA WEIGHTS [NAME…]      DATA: the folder of LAGOM_TEST_DATA, WEIGHTS: that of LAGOM_TEST_WEIGHTS

For each folder of WEIGHTS that it knows it writes WEIGHTS/expected/NAME.json (texts, tokens) and NAME.safetensors (`0`, `1`, …: the vectors of
each text's tokens, `0-off`, …: what has to be added to them to come to those in double precision, `pooled`: its embedding). Tokens of whole data sets go to NAME-tokens.json.
"""
import csv, gzip, json, os, sys

import numpy as np
import torch
from safetensors.numpy import save_file
from transformers import AutoModel, AutoTokenizer, PreTrainedTokenizerFast

torch.set_num_threads(1)
data, weights = sys.argv[1:3]
only = sys.argv[3:]
out = os.path.join(weights, "expected")
os.makedirs(out, exist_ok=True)


def lines(path):
    with (gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8")) as file:
        return [line.rstrip("\n") for line in file]


banking = [row["text"] for row in csv.DictReader(open(f"{data}/text-classification/banking77/test.csv", encoding="utf-8"))]
hausa = [line.split("\t")[0] for line in lines(f"{data}/text-classification/hausa-newsclass/test.tsv")[1:]]
flickr = {l: lines(f"{data}/text-generation/multi30k/test_2016_flickr.{l}.gz") for l in ["en", "de", "fr"]}
chinese = ["我的卡还没有到，请问怎么办？", "两个男人在雪地里骑自行车。", "今天的天气很好，我们去公园吧！", "價格是多少？", "一只狗跑过草地，追着红色的球。"]
texts = banking[:40] + hausa[:40] + flickr["de"][:40] + flickr["fr"][:40] + [c + " " + chinese[(i * 3 + 1) % 5] * (i % 4) for i, c in enumerate(chinese * 8)]
sets = {"banking77": banking, "hausa": hausa, "en": flickr["en"], "de": flickr["de"], "fr": flickr["fr"]}

for name in ["minilm-l6", "mpnet", "smollm2-hf", "tinystories"]:
    folder = os.path.join(weights, name)
    if name == "tinystories":
        folder = f"{data}/weights/tinystories-llama/stories3M"
    if not os.path.isdir(folder) or (only and name not in only):
        continue
    # What transformers 5 makes of the converted SmolLM2's tokenizer gives spaces number 0: its file is read as it stands.
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=f"{folder}/tokenizer.json") if name == "smollm2-hf" else AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    exact = AutoModel.from_pretrained(folder, dtype=torch.float64, attn_implementation="eager").eval()
    encoder = name in ["minilm-l6", "mpnet"]
    limit = json.load(open(f"{folder}/sentence_bert_config.json"))["max_seq_length"] if encoder else 512
    tensors, tokens, pooled = {}, [], []
    with torch.no_grad():
        for at, text in enumerate(texts):
            ids = tokenizer(text, truncation=True, max_length=limit)["input_ids"]
            hidden = model(torch.tensor([ids])).last_hidden_state[0]
            tokens.append(ids)
            tensors[str(at)] = hidden.numpy()
            tensors[f"{at}-off"] = (exact(torch.tensor([ids])).last_hidden_state[0] - hidden.double()).float().numpy()
            vector = hidden.mean(0) if encoder else hidden[-1]
            pooled.append((vector / vector.norm() if encoder else vector).numpy())
    tensors["pooled"] = np.stack(pooled)
    save_file(tensors, f"{out}/{name}.safetensors")
    json.dump({"texts": texts, "tokens": tokens}, open(f"{out}/{name}.json", "w"), ensure_ascii=False)
    ids = {key: [tokenizer(text, truncation=True, max_length=limit)["input_ids"] for text in part] for key, part in sets.items()}
    json.dump({key: {"texts": sets[key], "tokens": ids[key]} for key in sets}, open(f"{out}/{name}-tokens.json", "w"), ensure_ascii=False)
    print(name, len(texts), sum(len(part) for part in sets.values()))

from model2vec import StaticModel

for name, folder in [("static-256", f"{weights}/static-256")] + [(f, f"{data}/weights/model2vec-fixtures/{f}") for f in ["test-model-float16", "test-model-float32", "test-model-int8", "test-model-vocab-quantized"]]:
    if os.path.isdir(folder) and (not only or name in only):
        model = StaticModel.from_pretrained(folder, force_download=False)
        if model.embedding.dtype == np.float16:
            # It would round its results to half precision, too.
            model.embedding = model.embedding.astype(np.float32)
        long = ["a very long text " * 400, "", "☃☃☃"]
        save_file({"pooled": model.encode(texts + long).astype(np.float32)}, f"{out}/{name}.safetensors")
        json.dump({"texts": texts + long}, open(f"{out}/{name}.json", "w"), ensure_ascii=False)
        print(name)
