"""How the small decoders of tiny.py go on with texts under transformers, and what they learn of how texts go on: known answers of the crate's own tests.

    venv/bin/python writing.py > writing.json            (behind tiny.py, whose tiny.json it reads)

`greedy`: for each text the tokens that `generate` writes behind it without sampling, eight at most. `loss` is the mean of -ln p over the tokens that follow
each prompt (its continuation and token 2 behind it), `gradients` are those of that mean, `choices` the sums of ln p of each continuation behind each prompt.
For each tensor the length of its gradient, and its product with cos(0.3 i). `additions` are the same under low-rank additions of rank 2 and
scale 2 beside all seven matrices: number i of A is 0.3 sin(0.9 i + block), of B 0.2 cos(0.4 i + block).
"""
import json, math, os

import torch
from tokenizers import Tokenizer
from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM

torch.set_num_threads(1)
tiny = json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "tiny.json")))
tokenizer = Tokenizer.from_str(json.dumps(tiny["tokenizer"]))
KINDS = {"llama": (LlamaForCausalLM, LlamaConfig), "qwen2": (Qwen2ForCausalLM, Qwen2Config), "qwen3": (Qwen3ForCausalLM, Qwen3Config)}
PAIRS = [("where is my card", " the card is lost"), ("how do i pay", " top up my card"), ("the dog", " runs fast.")]
MOST, END = 8, 2
MATRICES = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"]


class Beside(torch.nn.Module):
    """A matrix with a low-rank addition beside it."""

    def __init__(self, inner, block):
        super().__init__()
        self.inner = inner
        outputs, inputs = inner.weight.shape
        made = lambda count, of: torch.tensor([of(i) for i in range(count)], dtype=torch.float64).to(torch.float32)
        self.a = torch.nn.Parameter(made(2 * inputs, lambda i: 0.3 * math.sin(0.9 * i + block)).reshape(2, inputs))
        self.b = torch.nn.Parameter(made(outputs * 2, lambda i: 0.2 * math.cos(0.4 * i + block)).reshape(outputs, 2))

    def forward(self, x):
        return self.inner(x) + 2.0 * ((x @ self.a.T) @ self.b.T)


def told(gradient):
    g = gradient.double().flatten()
    return [g.norm().item(), (g * torch.cos(0.3 * torch.arange(g.numel(), dtype=torch.float64))).sum().item()]


def sequence(prompt, following):
    read = tokenizer.encode(prompt).ids
    return read, tokenizer.encode(following, add_special_tokens=False).ids + [END]


def mean_loss(model):
    nats, count = 0, 0
    for prompt, following in PAIRS:
        read, after = sequence(prompt, following)
        labels = [-100] * len(read) + after
        nats = nats + model(input_ids=torch.tensor([read + after]), labels=torch.tensor([labels])).loss * len(after)
        count += len(after)
    return nats / count


out = {"pairs": PAIRS, "models": {}}
for name, case in tiny["models"].items():
    if case["config"]["model_type"] not in KINDS:
        continue
    kind, config = KINDS[case["config"]["model_type"]]
    model = kind(config.from_dict({**case["config"], "attn_implementation": "eager"})).eval()
    state = model.state_dict()
    with torch.no_grad():
        for p, (key, shape) in enumerate(sorted(case["tensors"].items())):
            values = torch.tensor([0.4 * math.sin(0.7 * i + p) for i in range(math.prod(shape))], dtype=torch.float64).reshape(shape)
            gain = len(shape) == 1 and key.endswith("weight")
            state[key].copy_((1 + 0.2 * values if gain else values).to(torch.float32))
    own = {"greedy": [], "choices": []}
    for text in tiny["texts"]:
        ids = tokenizer.encode(text).ids
        ids = ids[max(0, len(ids) - (model.config.max_position_embeddings + 1 - MOST)):]
        ids = torch.tensor([ids])
        found = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=MOST, do_sample=False, eos_token_id=END, pad_token_id=1)
        own["greedy"].append(found[0, ids.shape[1]:].tolist())
    with torch.no_grad():
        for prompt, _ in PAIRS:
            row = []
            for _, following in PAIRS:
                # As lm-evaluation-harness: what both have together beyond as many tokens as the prompt has.
                read, both = tokenizer.encode(prompt).ids, tokenizer.encode(prompt + following).ids
                logs = torch.log_softmax(model(torch.tensor([both])).logits[0].double(), -1)
                row.append(sum(logs[i - 1, both[i]].item() for i in range(len(read), len(both))))
            own["choices"].append(row)
    loss = mean_loss(model)
    loss.backward()
    own["loss"] = loss.item()
    own["gradients"] = {key: told(p.grad) for key, p in model.named_parameters() if p.grad is not None and key in case["tensors"]}
    model.requires_grad_(False)
    for block, layer in enumerate(model.model.layers):
        for matrix in MATRICES:
            part, last = matrix.split(".")
            setattr(getattr(layer, part), last, Beside(getattr(getattr(layer, part), last), block))
    loss = mean_loss(model)
    loss.backward()
    own["additions_loss"] = loss.item()
    own["additions"] = {f"{block}.{matrix.split('.')[1]}.{which}": told(getattr(getattr(getattr(layer, matrix.split(".")[0]), matrix.split(".")[1]), which).grad)
                        for block, layer in enumerate(model.model.layers) for matrix in MATRICES for which in "ab"}
    out["models"][name] = own
print(json.dumps(out))
